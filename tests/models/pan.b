	switch (t->back) {
	default: Uerror("bad return move");
	case  0: goto R999; /* nothing to undo */

		 /* PROC End */
;
		;
		
	case 4: // STATE 2
		;
		ended = trpt->bup.oval;
		;
		goto R999;

	case 5: // STATE 3
		;
		p_restor(II);
		;
		;
		goto R999;

		 /* PROC :init: */

	case 6: // STATE 1
		;
		;
		delproc(0, now._nr_pr-1);
		;
		goto R999;

	case 7: // STATE 2
		;
		;
		delproc(0, now._nr_pr-1);
		;
		goto R999;

	case 8: // STATE 3
		;
		;
		delproc(0, now._nr_pr-1);
		;
		goto R999;

	case 9: // STATE 4
		;
		;
		delproc(0, now._nr_pr-1);
		;
		goto R999;

	case 10: // STATE 6
		;
		p_restor(II);
		;
		;
		goto R999;

		 /* PROC Time */
;
		;
		
	case 12: // STATE 2
		;
		now.now = trpt->bup.oval;
		;
		goto R999;
;
		;
		
	case 14: // STATE 8
		;
		p_restor(II);
		;
		;
		goto R999;

		 /* PROC Namesake */

	case 15: // STATE 1
		;
		_m = unsend(now.requests);
		;
		goto R999;

	case 16: // STATE 2
		;
		_m = unsend(now.requests);
		;
		goto R999;

	case 17: // STATE 3
		;
		_m = unsend(now.requests);
		;
		goto R999;

	case 18: // STATE 6
		;
		p_restor(II);
		;
		;
		goto R999;

		 /* PROC Caller */
;
		;
			case 20: // STATE 4
		sv_restor();
		goto R999;
;
		;
			case 22: // STATE 10
		sv_restor();
		goto R999;
;
		;
			case 24: // STATE 22
		sv_restor();
		goto R999;

	case 25: // STATE 23
		;
	/* 0 */	((P1 *)_this)->id = trpt->bup.oval;
		;
		;
		goto R999;
	case 26: // STATE 28
		sv_restor();
		goto R999;
;
		;
			case 28: // STATE 37
		sv_restor();
		goto R999;
;
		;
			case 30: // STATE 43
		sv_restor();
		goto R999;
;
		;
		;
		;
			case 33: // STATE 53
		sv_restor();
		goto R999;

	case 34: // STATE 54
		;
	/* 0 */	((P1 *)_this)->id = trpt->bup.oval;
		;
		;
		goto R999;
	case 35: // STATE 59
		sv_restor();
		goto R999;
;
		;
		
	case 37: // STATE 73
		;
		p_restor(II);
		;
		;
		goto R999;

		 /* PROC Node */

	case 38: // STATE 1
		;
		XX = 1;
		unrecv(now.requests, XX-1, 0, ((P0 *)_this)->what, 1);
		unrecv(now.requests, XX-1, 1, ((int)((P0 *)_this)->id), 0);
		unrecv(now.requests, XX-1, 2, ((int)((P0 *)_this)->who), 0);
		unrecv(now.requests, XX-1, 3, ((int)((P0 *)_this)->happened), 0);
		((P0 *)_this)->what = trpt->bup.ovals[0];
		((P0 *)_this)->id = trpt->bup.ovals[1];
		((P0 *)_this)->who = trpt->bup.ovals[2];
		((P0 *)_this)->happened = trpt->bup.ovals[3];
		;
		;
		ungrab_ints(trpt->bup.ovals, 4);
		goto R999;

	case 39: // STATE 14
		;
		((P0 *)_this)->a.refusedFirst = trpt->bup.ovals[12];
		((P0 *)_this)->a.refused = trpt->bup.ovals[11];
		((P0 *)_this)->a.owner = trpt->bup.ovals[10];
		((P0 *)_this)->a.epoch = trpt->bup.ovals[9];
		((P0 *)_this)->s.made = trpt->bup.ovals[8];
		((P0 *)_this)->s.until = trpt->bup.ovals[7];
		((P0 *)_this)->s.claim = trpt->bup.ovals[6];
		((P0 *)_this)->s.epoch = trpt->bup.ovals[5];
		((P0 *)_this)->s.status = trpt->bup.ovals[4];
		((P0 *)_this)->answer = trpt->bup.ovals[3];
		((P0 *)_this)->facts = trpt->bup.ovals[2];
		((P0 *)_this)->seen = trpt->bup.ovals[1];
		((P0 *)_this)->t = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 13);
		goto R999;

	case 40: // STATE 17
		;
	/* 0 */	((P0 *)_this)->seen = trpt->bup.oval;
		;
		;
		goto R999;
	case 41: // STATE 184
		sv_restor();
		goto R999;

	case 42: // STATE 186
		;
		now.heard[ Index(((P0 *)_this)->id, 4) ] = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->who = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 43: // STATE 187
		;
	/* 2 */	((P0 *)_this)->what = trpt->bup.ovals[2];
	/* 1 */	((P0 *)_this)->id = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->who = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 44: // STATE 189
		;
		now.crashes = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->what = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 45: // STATE 190
		;
	/* 0 */	((P0 *)_this)->what = trpt->bup.oval;
		;
		;
		goto R999;

	case 46: // STATE 209
		;
		((P0 *)_this)->answer = trpt->bup.ovals[16];
		((P0 *)_this)->facts = trpt->bup.ovals[15];
		((P0 *)_this)->seen = trpt->bup.ovals[14];
		((P0 *)_this)->t = trpt->bup.ovals[13];
		((P0 *)_this)->happened = trpt->bup.ovals[12];
		((P0 *)_this)->who = trpt->bup.ovals[11];
		((P0 *)_this)->id = trpt->bup.ovals[10];
		((P0 *)_this)->what = trpt->bup.ovals[9];
		((P0 *)_this)->a.refusedFirst = trpt->bup.ovals[8];
		((P0 *)_this)->a.refused = trpt->bup.ovals[7];
		((P0 *)_this)->a.owner = trpt->bup.ovals[6];
		((P0 *)_this)->a.epoch = trpt->bup.ovals[5];
		((P0 *)_this)->s.made = trpt->bup.ovals[4];
		((P0 *)_this)->s.until = trpt->bup.ovals[3];
		((P0 *)_this)->s.claim = trpt->bup.ovals[2];
		((P0 *)_this)->s.epoch = trpt->bup.ovals[1];
		((P0 *)_this)->s.status = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 18);
		goto R999;
	case 47: // STATE 227
		sv_restor();
		goto R999;
;
		;
		
	case 49: // STATE 244
		;
		((P0 *)_this)->a.refusedFirst = trpt->bup.ovals[12];
		((P0 *)_this)->a.refused = trpt->bup.ovals[11];
		((P0 *)_this)->a.owner = trpt->bup.ovals[10];
		((P0 *)_this)->a.epoch = trpt->bup.ovals[9];
		((P0 *)_this)->s.made = trpt->bup.ovals[8];
		((P0 *)_this)->s.until = trpt->bup.ovals[7];
		((P0 *)_this)->s.claim = trpt->bup.ovals[6];
		((P0 *)_this)->s.epoch = trpt->bup.ovals[5];
		((P0 *)_this)->s.status = trpt->bup.ovals[4];
		((P0 *)_this)->answer = trpt->bup.ovals[3];
		((P0 *)_this)->facts = trpt->bup.ovals[2];
		((P0 *)_this)->seen = trpt->bup.ovals[1];
		((P0 *)_this)->t = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 13);
		goto R999;

	case 50: // STATE 251
		;
		p_restor(II);
		;
		;
		goto R999;
	}

