#define rand	pan_rand
#define pthread_equal(a,b)	((a)==(b))
#if defined(HAS_CODE) && defined(VERBOSE)
	#ifdef BFS_PAR
		bfs_printf("Pr: %d Tr: %d\n", II, t->forw);
	#else
		cpu_printf("Pr: %d Tr: %d\n", II, t->forw);
	#endif
#endif
	switch (t->forw) {
	default: Uerror("bad forward move");
	case 0:	/* if without executable clauses */
		continue;
	case 1: /* generic 'goto' or 'skip' */
		IfNotBlocked
		_m = 3; goto P999;
	case 2: /* generic 'else' */
		IfNotBlocked
		if (trpt->o_pm&1) continue;
		_m = 3; goto P999;

		 /* PROC End */
	case 3: // STATE 1 - claims.pml:225 - [(timeout)] (0:0:0 - 1)
		IfNotBlocked
		reached[5][1] = 1;
		if (!(((trpt->tau)&1)))
			continue;
		_m = 1; goto P999; /* 0 */
	case 4: // STATE 2 - claims.pml:225 - [ended = 1] (0:0:1 - 1)
		IfNotBlocked
		reached[5][2] = 1;
		(trpt+1)->bup.oval = ((int)ended);
		ended = 1;
#ifdef VAR_RANGES
		logval("ended", ((int)ended));
#endif
		;
		_m = 3; goto P999; /* 0 */
	case 5: // STATE 3 - claims.pml:225 - [-end-] (0:0:0 - 1)
		IfNotBlocked
		reached[5][3] = 1;
		if (!delproc(1, II)) continue;
		_m = 3; goto P999; /* 0 */

		 /* PROC :init: */
	case 6: // STATE 1 - claims.pml:222 - [(run Caller(1))] (0:0:0 - 1)
		IfNotBlocked
		reached[4][1] = 1;
		if (!(addproc(II, 1, 1, 1)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 7: // STATE 2 - claims.pml:222 - [(run Caller(2))] (0:0:0 - 1)
		IfNotBlocked
		reached[4][2] = 1;
		if (!(addproc(II, 1, 1, 2)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 8: // STATE 3 - claims.pml:222 - [(run Namesake())] (0:0:0 - 1)
		IfNotBlocked
		reached[4][3] = 1;
		if (!(addproc(II, 1, 2, 0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 9: // STATE 4 - claims.pml:222 - [(run Time())] (0:0:0 - 1)
		IfNotBlocked
		reached[4][4] = 1;
		if (!(addproc(II, 1, 3, 0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 10: // STATE 6 - claims.pml:222 - [-end-] (0:0:0 - 1)
		IfNotBlocked
		reached[4][6] = 1;
		if (!delproc(1, II)) continue;
		_m = 3; goto P999; /* 0 */

		 /* PROC Time */
	case 11: // STATE 1 - claims.pml:217 - [((now<3))] (0:0:0 - 1)
		IfNotBlocked
		reached[3][1] = 1;
		if (!((((int)now.now)<3)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 12: // STATE 2 - claims.pml:217 - [now = (now+1)] (0:0:1 - 1)
		IfNotBlocked
		reached[3][2] = 1;
		(trpt+1)->bup.oval = ((int)now.now);
		now.now = (((int)now.now)+1);
#ifdef VAR_RANGES
		logval("now", ((int)now.now));
#endif
		;
		_m = 3; goto P999; /* 0 */
	case 13: // STATE 3 - claims.pml:218 - [((now==3))] (0:0:0 - 1)
		IfNotBlocked
		reached[3][3] = 1;
		if (!((((int)now.now)==3)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 14: // STATE 8 - claims.pml:220 - [-end-] (0:0:0 - 3)
		IfNotBlocked
		reached[3][8] = 1;
		if (!delproc(1, II)) continue;
		_m = 3; goto P999; /* 0 */

		 /* PROC Namesake */
	case 15: // STATE 1 - claims.pml:209 - [requests!CLAIM,1,3,0] (0:0:0 - 1)
		IfNotBlocked
		reached[2][1] = 1;
		if (q_full(now.requests))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.requests);
		sprintf(simtmp, "%d", 4); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 3); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 0); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.requests, 0, 4, 1, 3, 0, 4);
		_m = 2; goto P999; /* 0 */
	case 16: // STATE 2 - claims.pml:210 - [requests!SETTLE,1,3,1] (0:0:0 - 1)
		IfNotBlocked
		reached[2][2] = 1;
		if (q_full(now.requests))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.requests);
		sprintf(simtmp, "%d", 3); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 3); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.requests, 0, 3, 1, 3, 1, 4);
		_m = 2; goto P999; /* 0 */
	case 17: // STATE 3 - claims.pml:211 - [requests!RELEASE,1,3,0] (0:0:0 - 1)
		IfNotBlocked
		reached[2][3] = 1;
		if (q_full(now.requests))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.requests);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 3); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 0); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.requests, 0, 2, 1, 3, 0, 4);
		_m = 2; goto P999; /* 0 */
	case 18: // STATE 6 - claims.pml:213 - [-end-] (0:0:0 - 4)
		IfNotBlocked
		reached[2][6] = 1;
		if (!delproc(1, II)) continue;
		_m = 3; goto P999; /* 0 */

		 /* PROC Caller */
	case 19: // STATE 1 - claims.pml:190 - [(nfull(requests))] (0:0:0 - 1)
		IfNotBlocked
		reached[1][1] = 1;
		if (!((!q_full(now.requests))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 20: // STATE 4 - claims.pml:180 - [D_STEP180]
		IfNotBlocked

		reached[1][4] = 1;
		reached[1][t->st] = 1;
		reached[1][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_252_0: /* 2 */
		now.heard[ Index(((P1 *)_this)->id, 4) ] = 17;
#ifdef VAR_RANGES
		logval("heard[Caller:id]", now.heard[ Index(((int)((P1 *)_this)->id), 4) ]);
#endif
		;
S_253_0: /* 2 */
		if (q_full(now.requests))
			Uerror("block in d_step seq");
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.requests);
		sprintf(simtmp, "%d", 4); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 0); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.requests, 0, 4, ((int)((P1 *)_this)->id), ((int)((P1 *)_this)->id), 0, 4);
		goto S_264_0;
S_264_0: /* 1 */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 21: // STATE 5 - claims.pml:182 - [((heard[id]!=NONE))] (0:0:0 - 1)
		IfNotBlocked
		reached[1][5] = 1;
		if (!((now.heard[ Index(((int)((P1 *)_this)->id), 4) ]!=17)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 22: // STATE 10 - claims.pml:183 - [D_STEP183]
		if (!(boq == -1 && ((((int)((P1 *)_this)->impatience)>0)&&(!q_full(now.requests)))))
			continue;

		reached[1][10] = 1;
		reached[1][t->st] = 1;
		reached[1][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_257_0: /* 2 */
		if (!(((((int)((P1 *)_this)->impatience)>0)&&(!q_full(now.requests)))))
			Uerror("block in d_step seq");
S_258_0: /* 2 */
		((P1 *)_this)->impatience = (((int)((P1 *)_this)->impatience)-1);
#ifdef VAR_RANGES
		logval("Caller:impatience", ((int)((P1 *)_this)->impatience));
#endif
		;
S_259_0: /* 2 */
		if (q_full(now.requests))
			Uerror("block in d_step seq");
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.requests);
		sprintf(simtmp, "%d", 4); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 0); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.requests, 0, 4, ((int)((P1 *)_this)->id), ((int)((P1 *)_this)->id), 0, 4);
		goto S_264_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 23: // STATE 11 - claims.pml:184 - [(timeout)] (0:0:0 - 1)
		IfNotBlocked
		reached[1][11] = 1;
		if (!(((trpt->tau)&1)))
			continue;
		_m = 1; goto P999; /* 0 */
	case 24: // STATE 22 - claims.pml:180 - [D_STEP180]
		IfNotBlocked

		reached[1][22] = 1;
		reached[1][t->st] = 1;
		reached[1][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_270_0: /* 2 */
		now.heard[ Index(((P1 *)_this)->id, 4) ] = 17;
#ifdef VAR_RANGES
		logval("heard[Caller:id]", now.heard[ Index(((int)((P1 *)_this)->id), 4) ]);
#endif
		;
S_271_0: /* 2 */
		if (q_full(now.requests))
			Uerror("block in d_step seq");
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.requests);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 0); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.requests, 0, 2, ((int)((P1 *)_this)->id), ((int)((P1 *)_this)->id), 0, 4);
		goto S_282_0;
S_282_0: /* 1 */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 25: // STATE 23 - claims.pml:182 - [((heard[id]!=NONE))] (0:0:1 - 1)
		IfNotBlocked
		reached[1][23] = 1;
		if (!((now.heard[ Index(((int)((P1 *)_this)->id), 4) ]!=17)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: id */  (trpt+1)->bup.oval = ((P1 *)_this)->id;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P1 *)_this)->id = 0;
		_m = 3; goto P999; /* 0 */
	case 26: // STATE 28 - claims.pml:183 - [D_STEP183]
		if (!(boq == -1 && ((((int)((P1 *)_this)->impatience)>0)&&(!q_full(now.requests)))))
			continue;

		reached[1][28] = 1;
		reached[1][t->st] = 1;
		reached[1][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_275_0: /* 2 */
		if (!(((((int)((P1 *)_this)->impatience)>0)&&(!q_full(now.requests)))))
			Uerror("block in d_step seq");
S_276_0: /* 2 */
		((P1 *)_this)->impatience = (((int)((P1 *)_this)->impatience)-1);
#ifdef VAR_RANGES
		logval("Caller:impatience", ((int)((P1 *)_this)->impatience));
#endif
		;
S_277_0: /* 2 */
		if (q_full(now.requests))
			Uerror("block in d_step seq");
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.requests);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 0); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.requests, 0, 2, ((int)((P1 *)_this)->id), ((int)((P1 *)_this)->id), 0, 4);
		goto S_282_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 27: // STATE 29 - claims.pml:184 - [(timeout)] (0:0:0 - 1)
		IfNotBlocked
		reached[1][29] = 1;
		if (!(((trpt->tau)&1)))
			continue;
		_m = 1; goto P999; /* 0 */
	case 28: // STATE 37 - claims.pml:180 - [D_STEP180]
		IfNotBlocked

		reached[1][37] = 1;
		reached[1][t->st] = 1;
		reached[1][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_285_0: /* 2 */
		now.heard[ Index(((P1 *)_this)->id, 4) ] = 17;
#ifdef VAR_RANGES
		logval("heard[Caller:id]", now.heard[ Index(((int)((P1 *)_this)->id), 4) ]);
#endif
		;
S_286_0: /* 2 */
		if (q_full(now.requests))
			Uerror("block in d_step seq");
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.requests);
		sprintf(simtmp, "%d", 3); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 0); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.requests, 0, 3, ((int)((P1 *)_this)->id), ((int)((P1 *)_this)->id), 0, 4);
		goto S_297_0;
S_297_0: /* 1 */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 29: // STATE 38 - claims.pml:182 - [((heard[id]!=NONE))] (0:0:0 - 1)
		IfNotBlocked
		reached[1][38] = 1;
		if (!((now.heard[ Index(((int)((P1 *)_this)->id), 4) ]!=17)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 30: // STATE 43 - claims.pml:183 - [D_STEP183]
		if (!(boq == -1 && ((((int)((P1 *)_this)->impatience)>0)&&(!q_full(now.requests)))))
			continue;

		reached[1][43] = 1;
		reached[1][t->st] = 1;
		reached[1][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_290_0: /* 2 */
		if (!(((((int)((P1 *)_this)->impatience)>0)&&(!q_full(now.requests)))))
			Uerror("block in d_step seq");
S_291_0: /* 2 */
		((P1 *)_this)->impatience = (((int)((P1 *)_this)->impatience)-1);
#ifdef VAR_RANGES
		logval("Caller:impatience", ((int)((P1 *)_this)->impatience));
#endif
		;
S_292_0: /* 2 */
		if (q_full(now.requests))
			Uerror("block in d_step seq");
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.requests);
		sprintf(simtmp, "%d", 3); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 0); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.requests, 0, 3, ((int)((P1 *)_this)->id), ((int)((P1 *)_this)->id), 0, 4);
		goto S_297_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 31: // STATE 44 - claims.pml:184 - [(timeout)] (0:0:0 - 1)
		IfNotBlocked
		reached[1][44] = 1;
		if (!(((trpt->tau)&1)))
			continue;
		_m = 1; goto P999; /* 0 */
	case 32: // STATE 50 - claims.pml:199 - [((heard[id]==CAN_BE_RECORDED))] (0:0:0 - 1)
		IfNotBlocked
		reached[1][50] = 1;
		if (!((now.heard[ Index(((int)((P1 *)_this)->id), 4) ]==11)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 33: // STATE 53 - claims.pml:180 - [D_STEP180]
		IfNotBlocked

		reached[1][53] = 1;
		reached[1][t->st] = 1;
		reached[1][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_301_0: /* 2 */
		now.heard[ Index(((P1 *)_this)->id, 4) ] = 17;
#ifdef VAR_RANGES
		logval("heard[Caller:id]", now.heard[ Index(((int)((P1 *)_this)->id), 4) ]);
#endif
		;
S_302_0: /* 2 */
		if (q_full(now.requests))
			Uerror("block in d_step seq");
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.requests);
		sprintf(simtmp, "%d", 3); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.requests, 0, 3, ((int)((P1 *)_this)->id), ((int)((P1 *)_this)->id), 1, 4);
		goto S_313_0;
S_313_0: /* 1 */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 34: // STATE 54 - claims.pml:182 - [((heard[id]!=NONE))] (0:0:1 - 1)
		IfNotBlocked
		reached[1][54] = 1;
		if (!((now.heard[ Index(((int)((P1 *)_this)->id), 4) ]!=17)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: id */  (trpt+1)->bup.oval = ((P1 *)_this)->id;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P1 *)_this)->id = 0;
		_m = 3; goto P999; /* 0 */
	case 35: // STATE 59 - claims.pml:183 - [D_STEP183]
		if (!(boq == -1 && ((((int)((P1 *)_this)->impatience)>0)&&(!q_full(now.requests)))))
			continue;

		reached[1][59] = 1;
		reached[1][t->st] = 1;
		reached[1][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_306_0: /* 2 */
		if (!(((((int)((P1 *)_this)->impatience)>0)&&(!q_full(now.requests)))))
			Uerror("block in d_step seq");
S_307_0: /* 2 */
		((P1 *)_this)->impatience = (((int)((P1 *)_this)->impatience)-1);
#ifdef VAR_RANGES
		logval("Caller:impatience", ((int)((P1 *)_this)->impatience));
#endif
		;
S_308_0: /* 2 */
		if (q_full(now.requests))
			Uerror("block in d_step seq");
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.requests);
		sprintf(simtmp, "%d", 3); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.requests, 0, 3, ((int)((P1 *)_this)->id), ((int)((P1 *)_this)->id), 1, 4);
		goto S_313_0; /* ';' */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 36: // STATE 60 - claims.pml:184 - [(timeout)] (0:0:0 - 1)
		IfNotBlocked
		reached[1][60] = 1;
		if (!(((trpt->tau)&1)))
			continue;
		_m = 1; goto P999; /* 0 */
	case 37: // STATE 73 - claims.pml:205 - [-end-] (0:0:0 - 1)
		IfNotBlocked
		reached[1][73] = 1;
		if (!delproc(1, II)) continue;
		_m = 3; goto P999; /* 0 */

		 /* PROC Node */
	case 38: // STATE 1 - claims.pml:161 - [requests?what,id,who,happened] (0:0:4 - 1)
		reached[0][1] = 1;
		if (q_len(now.requests) == 0) continue;

		XX=1;
		(trpt+1)->bup.ovals = grab_ints(4);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->what;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->id);
		(trpt+1)->bup.ovals[2] = ((int)((P0 *)_this)->who);
		(trpt+1)->bup.ovals[3] = ((int)((P0 *)_this)->happened);
		;
		((P0 *)_this)->what = qrecv(now.requests, XX-1, 0, 0);
#ifdef VAR_RANGES
		logval("Node:what", ((P0 *)_this)->what);
#endif
		;
		((P0 *)_this)->id = qrecv(now.requests, XX-1, 1, 0);
#ifdef VAR_RANGES
		logval("Node:id", ((int)((P0 *)_this)->id));
#endif
		;
		((P0 *)_this)->who = qrecv(now.requests, XX-1, 2, 0);
#ifdef VAR_RANGES
		logval("Node:who", ((int)((P0 *)_this)->who));
#endif
		;
		((P0 *)_this)->happened = qrecv(now.requests, XX-1, 3, 1);
#ifdef VAR_RANGES
		logval("Node:happened", ((int)((P0 *)_this)->happened));
#endif
		;
		
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[32];
			sprintf(simvals, "%d?", now.requests);
		sprintf(simtmp, "%d", ((P0 *)_this)->what); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->id)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->who)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->happened)); strcat(simvals, simtmp);		}
#endif
		;
		_m = 4; goto P999; /* 0 */
	case 39: // STATE 2 - claims.pml:113 - [t = now] (0:229:13 - 1)
		IfNotBlocked
		reached[0][2] = 1;
		(trpt+1)->bup.ovals = grab_ints(13);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->t);
		((P0 *)_this)->t = ((int)now.now);
#ifdef VAR_RANGES
		logval("Node:t", ((int)((P0 *)_this)->t));
#endif
		;
		/* merge: seen = version(229, 3, 229) */
		reached[0][3] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->seen);
		((P0 *)_this)->seen = ((int)now.version);
#ifdef VAR_RANGES
		logval("Node:seen", ((int)((P0 *)_this)->seen));
#endif
		;
		/* merge: facts = 0(229, 4, 229) */
		reached[0][4] = 1;
		(trpt+1)->bup.ovals[2] = ((int)((P0 *)_this)->facts);
		((P0 *)_this)->facts = 0;
#ifdef VAR_RANGES
		logval("Node:facts", ((int)((P0 *)_this)->facts));
#endif
		;
		/* merge: answer = NONE(229, 5, 229) */
		reached[0][5] = 1;
		(trpt+1)->bup.ovals[3] = ((P0 *)_this)->answer;
		((P0 *)_this)->answer = 17;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		/* merge: s.status = slot.status(229, 6, 229) */
		reached[0][6] = 1;
		(trpt+1)->bup.ovals[4] = ((P0 *)_this)->s.status;
		((P0 *)_this)->s.status = now.slot.status;
#ifdef VAR_RANGES
		logval("Node:s.status", ((P0 *)_this)->s.status);
#endif
		;
		/* merge: s.epoch = slot.epoch(229, 7, 229) */
		reached[0][7] = 1;
		(trpt+1)->bup.ovals[5] = ((int)((P0 *)_this)->s.epoch);
		((P0 *)_this)->s.epoch = ((int)now.slot.epoch);
#ifdef VAR_RANGES
		logval("Node:s.epoch", ((int)((P0 *)_this)->s.epoch));
#endif
		;
		/* merge: s.claim = slot.claim(229, 8, 229) */
		reached[0][8] = 1;
		(trpt+1)->bup.ovals[6] = ((int)((P0 *)_this)->s.claim);
		((P0 *)_this)->s.claim = ((int)now.slot.claim);
#ifdef VAR_RANGES
		logval("Node:s.claim", ((int)((P0 *)_this)->s.claim));
#endif
		;
		/* merge: s.until = slot.until(229, 9, 229) */
		reached[0][9] = 1;
		(trpt+1)->bup.ovals[7] = ((int)((P0 *)_this)->s.until);
		((P0 *)_this)->s.until = ((int)now.slot.until);
#ifdef VAR_RANGES
		logval("Node:s.until", ((int)((P0 *)_this)->s.until));
#endif
		;
		/* merge: s.made = slot.made(229, 10, 229) */
		reached[0][10] = 1;
		(trpt+1)->bup.ovals[8] = ((int)((P0 *)_this)->s.made);
		((P0 *)_this)->s.made = ((int)now.slot.made);
#ifdef VAR_RANGES
		logval("Node:s.made", ((int)((P0 *)_this)->s.made));
#endif
		;
		/* merge: a.epoch = asked[id].epoch(229, 11, 229) */
		reached[0][11] = 1;
		(trpt+1)->bup.ovals[9] = ((int)((P0 *)_this)->a.epoch);
		((P0 *)_this)->a.epoch = ((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].epoch);
#ifdef VAR_RANGES
		logval("Node:a.epoch", ((int)((P0 *)_this)->a.epoch));
#endif
		;
		/* merge: a.owner = asked[id].owner(229, 12, 229) */
		reached[0][12] = 1;
		(trpt+1)->bup.ovals[10] = ((int)((P0 *)_this)->a.owner);
		((P0 *)_this)->a.owner = ((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].owner);
#ifdef VAR_RANGES
		logval("Node:a.owner", ((int)((P0 *)_this)->a.owner));
#endif
		;
		/* merge: a.refused = asked[id].refused(229, 13, 229) */
		reached[0][13] = 1;
		(trpt+1)->bup.ovals[11] = ((int)((P0 *)_this)->a.refused);
		((P0 *)_this)->a.refused = ((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].refused);
#ifdef VAR_RANGES
		logval("Node:a.refused", ((int)((P0 *)_this)->a.refused));
#endif
		;
		/* merge: a.refusedFirst = asked[id].refusedFirst(229, 14, 229) */
		reached[0][14] = 1;
		(trpt+1)->bup.ovals[12] = ((int)((P0 *)_this)->a.refusedFirst);
		((P0 *)_this)->a.refusedFirst = ((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].refusedFirst);
#ifdef VAR_RANGES
		logval("Node:a.refusedFirst", ((int)((P0 *)_this)->a.refusedFirst));
#endif
		;
		_m = 3; goto P999; /* 12 */
	case 40: // STATE 17 - claims.pml:164 - [((version==seen))] (0:0:1 - 1)
		IfNotBlocked
		reached[0][17] = 1;
		if (!((((int)now.version)==((int)((P0 *)_this)->seen))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: seen */  (trpt+1)->bup.oval = ((P0 *)_this)->seen;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->seen = 0;
		_m = 3; goto P999; /* 0 */
	case 41: // STATE 184 - claims.pml:165 - [D_STEP165]
		if (!(((boq == -1 && (((P0 *)_this)->what==4))) || ((boq == -1 && (((P0 *)_this)->what==3))) || ((boq == -1 && (((P0 *)_this)->what==2))) || ((boq == -1 && (((P0 *)_this)->what==1)))))
			continue;

		reached[0][184] = 1;
		reached[0][t->st] = 1;
		reached[0][tt] = 1;

		if (TstOnly) return 1;


		reached[0][184] = 1;
		reached[0][t->st] = 1;
		reached[0][tt] = 1;

		sv_save();
		S_156_0: /* 2 */
S_154_0: /* 2 */
S_017_0: /* 2 */
		if (!((((P0 *)_this)->what==4)))
			goto S_154_1;
S_054_0: /* 2 */
S_052_0: /* 2 */
S_018_0: /* 2 */
		if (!(((((int)((P0 *)_this)->a.epoch)!=0)&&(((int)((P0 *)_this)->a.owner)!=((int)((P0 *)_this)->who)))))
			goto S_052_1;
S_019_0: /* 2 */
		((P0 *)_this)->answer = 10;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		goto S_053_0;
S_052_1: /* 3 */
S_020_0: /* 2 */
		if (!((((((int)((P0 *)_this)->a.epoch)!=0)&&(((int)((P0 *)_this)->a.owner)==((int)((P0 *)_this)->who)))&& !(((int)((P0 *)_this)->a.refusedFirst)))))
			goto S_052_2;
S_021_0: /* 2 */
		((P0 *)_this)->answer = 16;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		goto S_053_0;
S_052_2: /* 3 */
S_022_0: /* 2 */
		if (!((((((int)((P0 *)_this)->a.epoch)!=0)&&(((int)((P0 *)_this)->a.owner)==((int)((P0 *)_this)->who)))&&((int)((P0 *)_this)->a.refusedFirst))))
			goto S_052_3;
S_023_0: /* 2 */
		((P0 *)_this)->answer = 15;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		goto S_053_0;
S_052_3: /* 3 */
S_024_0: /* 2 */
		if (!(((((int)((P0 *)_this)->a.epoch)==0)&&((int)((P0 *)_this)->a.refused))))
			goto S_052_4;
S_025_0: /* 2 */
		((P0 *)_this)->answer = 15;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		goto S_053_0;
S_052_4: /* 3 */
S_026_0: /* 2 */
		if (!(((((int)((P0 *)_this)->a.epoch)==0)&& !(((int)((P0 *)_this)->a.refused)))))
			goto S_052_5;
S_034_0: /* 2 */
S_032_0: /* 2 */
S_027_0: /* 2 */
		if (!(((((int)((P0 *)_this)->s.claim)!=0)&&(((int)((P0 *)_this)->s.until)<=((int)((P0 *)_this)->t)))))
			goto S_032_1;
S_028_0: /* 2 */
		((P0 *)_this)->s.claim = 0;
#ifdef VAR_RANGES
		logval("Node:s.claim", ((int)((P0 *)_this)->s.claim));
#endif
		;
S_029_0: /* 2 */
		((P0 *)_this)->s.status = 8;
#ifdef VAR_RANGES
		logval("Node:s.status", ((P0 *)_this)->s.status);
#endif
		;
S_030_0: /* 2 */
		((P0 *)_this)->facts = (((int)((P0 *)_this)->facts)+1);
#ifdef VAR_RANGES
		logval("Node:facts", ((int)((P0 *)_this)->facts));
#endif
		;
		goto S_033_0;
S_032_1: /* 3 */
S_031_0: /* 2 */
		/* else */;
		goto S_033_0;
S_032_2: /* 3 */
		Uerror("blocking sel in d_step (nr.0, near line 38)");
S_033_0: /* 2 */
		goto S_050_0;
S_050_0: /* 2 */
S_035_0: /* 2 */
		if (!((((P0 *)_this)->s.status==8)))
			goto S_050_1;
S_044_0: /* 2 */
S_036_0: /* 2 */
		((P0 *)_this)->s.epoch = (((int)((P0 *)_this)->s.epoch)+1);
#ifdef VAR_RANGES
		logval("Node:s.epoch", ((int)((P0 *)_this)->s.epoch));
#endif
		;
S_037_0: /* 2 */
		((P0 *)_this)->s.status = 7;
#ifdef VAR_RANGES
		logval("Node:s.status", ((P0 *)_this)->s.status);
#endif
		;
S_038_0: /* 2 */
		((P0 *)_this)->s.claim = ((int)((P0 *)_this)->id);
#ifdef VAR_RANGES
		logval("Node:s.claim", ((int)((P0 *)_this)->s.claim));
#endif
		;
S_039_0: /* 2 */
		((P0 *)_this)->s.until = (((int)((P0 *)_this)->t)+1);
#ifdef VAR_RANGES
		logval("Node:s.until", ((int)((P0 *)_this)->s.until));
#endif
		;
S_040_0: /* 2 */
		((P0 *)_this)->a.epoch = ((int)((P0 *)_this)->s.epoch);
#ifdef VAR_RANGES
		logval("Node:a.epoch", ((int)((P0 *)_this)->a.epoch));
#endif
		;
S_041_0: /* 2 */
		((P0 *)_this)->a.owner = ((int)((P0 *)_this)->who);
#ifdef VAR_RANGES
		logval("Node:a.owner", ((int)((P0 *)_this)->a.owner));
#endif
		;
S_042_0: /* 2 */
		((P0 *)_this)->a.refusedFirst = ((int)((P0 *)_this)->a.refused);
#ifdef VAR_RANGES
		logval("Node:a.refusedFirst", ((int)((P0 *)_this)->a.refusedFirst));
#endif
		;
S_043_0: /* 2 */
		((P0 *)_this)->facts = (((int)((P0 *)_this)->facts)+1);
#ifdef VAR_RANGES
		logval("Node:facts", ((int)((P0 *)_this)->facts));
#endif
		;
		goto S_045_0;
S_045_0: /* 2 */
		((P0 *)_this)->answer = 16;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		goto S_051_0;
S_050_1: /* 3 */
S_046_0: /* 2 */
		/* else */;
S_047_0: /* 2 */
		((P0 *)_this)->a.refused = 1;
#ifdef VAR_RANGES
		logval("Node:a.refused", ((int)((P0 *)_this)->a.refused));
#endif
		;
S_048_0: /* 2 */
		((P0 *)_this)->facts = (((int)((P0 *)_this)->facts)+1);
#ifdef VAR_RANGES
		logval("Node:facts", ((int)((P0 *)_this)->facts));
#endif
		;
S_049_0: /* 2 */
		((P0 *)_this)->answer = 15;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		goto S_051_0;
S_050_2: /* 3 */
		Uerror("blocking sel in d_step (nr.1, near line 67)");
S_051_0: /* 2 */
		goto S_053_0;
S_052_5: /* 3 */
		Uerror("blocking sel in d_step (nr.2, near line 60)");
S_053_0: /* 2 */
		goto S_155_0;
S_154_1: /* 3 */
S_055_0: /* 2 */
		if (!((((P0 *)_this)->what==3)))
			goto S_154_2;
S_103_0: /* 2 */
S_101_0: /* 2 */
S_056_0: /* 2 */
		if (!((((int)((P0 *)_this)->s.made)==((int)((P0 *)_this)->id))))
			goto S_101_1;
S_057_0: /* 2 */
		((P0 *)_this)->answer = 14;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		goto S_102_0;
S_101_1: /* 3 */
S_058_0: /* 2 */
		if (!((((((int)((P0 *)_this)->s.made)!=((int)((P0 *)_this)->id))&&(((int)((P0 *)_this)->a.epoch)!=0))&&(((int)((P0 *)_this)->a.owner)!=((int)((P0 *)_this)->who)))))
			goto S_101_2;
S_059_0: /* 2 */
		((P0 *)_this)->answer = 10;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		goto S_102_0;
S_101_2: /* 3 */
S_060_0: /* 2 */
		/* else */;
S_068_0: /* 2 */
S_066_0: /* 2 */
S_061_0: /* 2 */
		if (!(((((int)((P0 *)_this)->s.claim)!=0)&&(((int)((P0 *)_this)->s.until)<=((int)((P0 *)_this)->t)))))
			goto S_066_1;
S_062_0: /* 2 */
		((P0 *)_this)->s.claim = 0;
#ifdef VAR_RANGES
		logval("Node:s.claim", ((int)((P0 *)_this)->s.claim));
#endif
		;
S_063_0: /* 2 */
		((P0 *)_this)->s.status = 8;
#ifdef VAR_RANGES
		logval("Node:s.status", ((P0 *)_this)->s.status);
#endif
		;
S_064_0: /* 2 */
		((P0 *)_this)->facts = (((int)((P0 *)_this)->facts)+1);
#ifdef VAR_RANGES
		logval("Node:facts", ((int)((P0 *)_this)->facts));
#endif
		;
		goto S_067_0;
S_066_1: /* 3 */
S_065_0: /* 2 */
		/* else */;
		goto S_067_0;
S_066_2: /* 3 */
		Uerror("blocking sel in d_step (nr.3, near line 38)");
S_067_0: /* 2 */
		goto S_099_0;
S_099_0: /* 2 */
S_069_0: /* 2 */
		if (!((((int)((P0 *)_this)->s.made)!=0)))
			goto S_099_1;
S_070_0: /* 2 */
		((P0 *)_this)->facts = (((int)((P0 *)_this)->facts)+ !(((int)((P0 *)_this)->a.refused)));
#ifdef VAR_RANGES
		logval("Node:facts", ((int)((P0 *)_this)->facts));
#endif
		;
S_071_0: /* 2 */
		((P0 *)_this)->a.refused = 1;
#ifdef VAR_RANGES
		logval("Node:a.refused", ((int)((P0 *)_this)->a.refused));
#endif
		;
S_072_0: /* 2 */
		((P0 *)_this)->answer = 13;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		goto S_100_0;
S_099_1: /* 3 */
S_073_0: /* 2 */
		if (!(((((int)((P0 *)_this)->s.claim)!=0)&&(((int)((P0 *)_this)->s.claim)!=((int)((P0 *)_this)->id)))))
			goto S_099_2;
S_074_0: /* 2 */
		((P0 *)_this)->answer = 10;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		goto S_100_0;
S_099_2: /* 3 */
S_075_0: /* 2 */
		/* else */;
S_097_0: /* 2 */
S_076_0: /* 2 */
		if (!(( !(((int)((P0 *)_this)->happened))&&(((((int)((P0 *)_this)->a.epoch)!=0)&&(((int)((P0 *)_this)->a.epoch)!=((int)((P0 *)_this)->s.epoch)))||((((P0 *)_this)->s.status==5)&&(((int)((P0 *)_this)->a.epoch)!=((int)((P0 *)_this)->s.epoch)))))))
			goto S_097_1;
S_077_0: /* 2 */
		((P0 *)_this)->answer = 11;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		goto S_098_0;
S_097_1: /* 3 */
S_078_0: /* 2 */
		/* else */;
S_090_0: /* 2 */
S_079_0: /* 2 */
		if (!(((((int)((P0 *)_this)->a.epoch)!=0)&&(((int)((P0 *)_this)->a.epoch)==((int)((P0 *)_this)->s.epoch)))))
			goto S_090_1;
		goto S_091_0;
S_090_1: /* 3 */
S_080_0: /* 2 */
		/* else */;
S_089_0: /* 2 */
S_081_0: /* 2 */
		((P0 *)_this)->s.epoch = (((int)((P0 *)_this)->s.epoch)+1);
#ifdef VAR_RANGES
		logval("Node:s.epoch", ((int)((P0 *)_this)->s.epoch));
#endif
		;
S_082_0: /* 2 */
		((P0 *)_this)->s.status = 7;
#ifdef VAR_RANGES
		logval("Node:s.status", ((P0 *)_this)->s.status);
#endif
		;
S_083_0: /* 2 */
		((P0 *)_this)->s.claim = ((int)((P0 *)_this)->id);
#ifdef VAR_RANGES
		logval("Node:s.claim", ((int)((P0 *)_this)->s.claim));
#endif
		;
S_084_0: /* 2 */
		((P0 *)_this)->s.until = (((int)((P0 *)_this)->t)+1);
#ifdef VAR_RANGES
		logval("Node:s.until", ((int)((P0 *)_this)->s.until));
#endif
		;
S_085_0: /* 2 */
		((P0 *)_this)->a.epoch = ((int)((P0 *)_this)->s.epoch);
#ifdef VAR_RANGES
		logval("Node:a.epoch", ((int)((P0 *)_this)->a.epoch));
#endif
		;
S_086_0: /* 2 */
		((P0 *)_this)->a.owner = ((int)((P0 *)_this)->who);
#ifdef VAR_RANGES
		logval("Node:a.owner", ((int)((P0 *)_this)->a.owner));
#endif
		;
S_087_0: /* 2 */
		((P0 *)_this)->a.refusedFirst = ((int)((P0 *)_this)->a.refused);
#ifdef VAR_RANGES
		logval("Node:a.refusedFirst", ((int)((P0 *)_this)->a.refusedFirst));
#endif
		;
S_088_0: /* 2 */
		((P0 *)_this)->facts = (((int)((P0 *)_this)->facts)+1);
#ifdef VAR_RANGES
		logval("Node:facts", ((int)((P0 *)_this)->facts));
#endif
		;
		goto S_091_0;
		goto S_091_0;
S_090_2: /* 3 */
		Uerror("blocking sel in d_step (nr.4, near line 88)");
S_091_0: /* 2 */
S_092_0: /* 2 */
		((P0 *)_this)->s.status = 6;
#ifdef VAR_RANGES
		logval("Node:s.status", ((P0 *)_this)->s.status);
#endif
		;
S_093_0: /* 2 */
		((P0 *)_this)->s.claim = 0;
#ifdef VAR_RANGES
		logval("Node:s.claim", ((int)((P0 *)_this)->s.claim));
#endif
		;
S_094_0: /* 2 */
		((P0 *)_this)->s.made = ((int)((P0 *)_this)->id);
#ifdef VAR_RANGES
		logval("Node:s.made", ((int)((P0 *)_this)->s.made));
#endif
		;
S_095_0: /* 2 */
		((P0 *)_this)->facts = (((int)((P0 *)_this)->facts)+1);
#ifdef VAR_RANGES
		logval("Node:facts", ((int)((P0 *)_this)->facts));
#endif
		;
S_096_0: /* 2 */
		((P0 *)_this)->answer = 14;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		goto S_098_0;
S_097_2: /* 3 */
		Uerror("blocking sel in d_step (nr.5, near line 84)");
S_098_0: /* 2 */
		goto S_100_0;
S_099_3: /* 3 */
		Uerror("blocking sel in d_step (nr.6, near line 80)");
S_100_0: /* 2 */
		goto S_102_0;
S_101_3: /* 3 */
		Uerror("blocking sel in d_step (nr.7, near line 75)");
S_102_0: /* 2 */
		goto S_155_0;
		goto S_155_0;
S_154_2: /* 3 */
S_104_0: /* 2 */
		if (!((((P0 *)_this)->what==2)))
			goto S_154_3;
S_137_0: /* 2 */
S_135_0: /* 2 */
S_105_0: /* 2 */
		if (!((((int)((P0 *)_this)->a.epoch)==0)))
			goto S_135_1;
S_106_0: /* 2 */
		((P0 *)_this)->answer = 9;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		goto S_136_0;
S_135_1: /* 3 */
S_107_0: /* 2 */
		if (!(((((int)((P0 *)_this)->a.epoch)!=0)&&(((int)((P0 *)_this)->a.owner)!=((int)((P0 *)_this)->who)))))
			goto S_135_2;
S_108_0: /* 2 */
		((P0 *)_this)->answer = 10;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		goto S_136_0;
S_135_2: /* 3 */
S_109_0: /* 2 */
		if (!((((((int)((P0 *)_this)->a.epoch)!=0)&&(((int)((P0 *)_this)->a.owner)==((int)((P0 *)_this)->who)))&&(((int)((P0 *)_this)->s.made)==((int)((P0 *)_this)->id)))))
			goto S_135_3;
S_110_0: /* 2 */
		((P0 *)_this)->answer = 13;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		goto S_136_0;
S_135_3: /* 3 */
S_111_0: /* 2 */
		/* else */;
S_132_0: /* 2 */
S_112_0: /* 2 */
		if (!((((int)((P0 *)_this)->s.claim)==((int)((P0 *)_this)->id))))
			goto S_132_1;
S_113_0: /* 2 */
		((P0 *)_this)->s.claim = 0;
#ifdef VAR_RANGES
		logval("Node:s.claim", ((int)((P0 *)_this)->s.claim));
#endif
		;
S_114_0: /* 2 */
		((P0 *)_this)->s.status = 8;
#ifdef VAR_RANGES
		logval("Node:s.status", ((P0 *)_this)->s.status);
#endif
		;
S_115_0: /* 2 */
		((P0 *)_this)->facts = (((int)((P0 *)_this)->facts)+1);
#ifdef VAR_RANGES
		logval("Node:facts", ((int)((P0 *)_this)->facts));
#endif
		;
S_130_0: /* 2 */
S_123_0: /* 2 */
S_121_0: /* 2 */
S_116_0: /* 2 */
		if (!(((((int)((P0 *)_this)->s.claim)!=0)&&(((int)((P0 *)_this)->s.until)<=((int)((P0 *)_this)->t)))))
			goto S_121_1;
S_117_0: /* 2 */
		((P0 *)_this)->s.claim = 0;
#ifdef VAR_RANGES
		logval("Node:s.claim", ((int)((P0 *)_this)->s.claim));
#endif
		;
S_118_0: /* 2 */
		((P0 *)_this)->s.status = 8;
#ifdef VAR_RANGES
		logval("Node:s.status", ((P0 *)_this)->s.status);
#endif
		;
S_119_0: /* 2 */
		((P0 *)_this)->facts = (((int)((P0 *)_this)->facts)+1);
#ifdef VAR_RANGES
		logval("Node:facts", ((int)((P0 *)_this)->facts));
#endif
		;
		goto S_122_0;
S_121_1: /* 3 */
S_120_0: /* 2 */
		/* else */;
		goto S_122_0;
S_121_2: /* 3 */
		Uerror("blocking sel in d_step (nr.8, near line 38)");
S_122_0: /* 2 */
		goto S_128_0;
S_128_0: /* 2 */
S_124_0: /* 2 */
		if (!(((((P0 *)_this)->s.status==8)&&(2<=((int)((P0 *)_this)->t)))))
			goto S_128_1;
S_125_0: /* 2 */
		((P0 *)_this)->s.status = 5;
#ifdef VAR_RANGES
		logval("Node:s.status", ((P0 *)_this)->s.status);
#endif
		;
S_126_0: /* 2 */
		((P0 *)_this)->facts = (((int)((P0 *)_this)->facts)+1);
#ifdef VAR_RANGES
		logval("Node:facts", ((int)((P0 *)_this)->facts));
#endif
		;
		goto S_129_0;
S_128_1: /* 3 */
S_127_0: /* 2 */
		/* else */;
		goto S_129_0;
S_128_2: /* 3 */
		Uerror("blocking sel in d_step (nr.9, near line 46)");
S_129_0: /* 2 */
		goto S_133_0;
S_132_1: /* 3 */
S_131_0: /* 2 */
		/* else */;
		goto S_133_0;
S_132_2: /* 3 */
		Uerror("blocking sel in d_step (nr.10, near line 104)");
S_133_0: /* 2 */
S_134_0: /* 2 */
		((P0 *)_this)->answer = 12;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		goto S_136_0;
S_135_4: /* 3 */
		Uerror("blocking sel in d_step (nr.11, near line 99)");
S_136_0: /* 2 */
		goto S_155_0;
		goto S_155_0;
S_154_3: /* 3 */
S_138_0: /* 2 */
		if (!((((P0 *)_this)->what==1)))
			goto S_154_4;
S_153_0: /* 2 */
S_146_0: /* 2 */
S_144_0: /* 2 */
S_139_0: /* 2 */
		if (!(((((int)((P0 *)_this)->s.claim)!=0)&&(((int)((P0 *)_this)->s.until)<=((int)((P0 *)_this)->t)))))
			goto S_144_1;
S_140_0: /* 2 */
		((P0 *)_this)->s.claim = 0;
#ifdef VAR_RANGES
		logval("Node:s.claim", ((int)((P0 *)_this)->s.claim));
#endif
		;
S_141_0: /* 2 */
		((P0 *)_this)->s.status = 8;
#ifdef VAR_RANGES
		logval("Node:s.status", ((P0 *)_this)->s.status);
#endif
		;
S_142_0: /* 2 */
		((P0 *)_this)->facts = (((int)((P0 *)_this)->facts)+1);
#ifdef VAR_RANGES
		logval("Node:facts", ((int)((P0 *)_this)->facts));
#endif
		;
		goto S_145_0;
S_144_1: /* 3 */
S_143_0: /* 2 */
		/* else */;
		goto S_145_0;
S_144_2: /* 3 */
		Uerror("blocking sel in d_step (nr.12, near line 38)");
S_145_0: /* 2 */
		goto S_151_0;
S_151_0: /* 2 */
S_147_0: /* 2 */
		if (!(((((P0 *)_this)->s.status==8)&&(2<=((int)((P0 *)_this)->t)))))
			goto S_151_1;
S_148_0: /* 2 */
		((P0 *)_this)->s.status = 5;
#ifdef VAR_RANGES
		logval("Node:s.status", ((P0 *)_this)->s.status);
#endif
		;
S_149_0: /* 2 */
		((P0 *)_this)->facts = (((int)((P0 *)_this)->facts)+1);
#ifdef VAR_RANGES
		logval("Node:facts", ((int)((P0 *)_this)->facts));
#endif
		;
		goto S_152_0;
S_151_1: /* 3 */
S_150_0: /* 2 */
		/* else */;
		goto S_152_0;
S_151_2: /* 3 */
		Uerror("blocking sel in d_step (nr.13, near line 46)");
S_152_0: /* 2 */
		goto S_155_0;
		goto S_155_0;
S_154_4: /* 3 */
		Uerror("blocking sel in d_step (nr.14, near line 119)");
S_155_0: /* 2 */
		goto S_171_0;
S_171_0: /* 2 */
S_157_0: /* 2 */
		now.settlements = (((int)now.settlements)+((((int)((P0 *)_this)->facts)>0)&&(((P0 *)_this)->answer==14)));
#ifdef VAR_RANGES
		logval("settlements", ((int)now.settlements));
#endif
		;
S_158_0: /* 2 */
		now.takenOver = (((int)now.takenOver)||(((((((int)((P0 *)_this)->facts)>0)&&((((P0 *)_this)->answer==16)||(((P0 *)_this)->answer==14)))&&(((int)now.slot.claim)!=0))&&(((int)now.slot.claim)!=((int)((P0 *)_this)->id)))&&(((int)now.slot.until)>((int)now.now))));
#ifdef VAR_RANGES
		logval("takenOver", ((int)now.takenOver));
#endif
		;
S_159_0: /* 2 */
		now.anothersClaim = (((int)now.anothersClaim)||((((((int)((P0 *)_this)->facts)>0)&&((((P0 *)_this)->answer==14)||(((P0 *)_this)->answer==12)))&&(((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].epoch)!=0))&&(((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].owner)!=((int)((P0 *)_this)->who))));
#ifdef VAR_RANGES
		logval("anothersClaim", ((int)now.anothersClaim));
#endif
		;
S_160_0: /* 2 */
		now.staleEpoch = (((int)now.staleEpoch)||(((((int)((P0 *)_this)->facts)>0)&&(((P0 *)_this)->answer==14))&&((((int)((P0 *)_this)->a.epoch)!=((int)((P0 *)_this)->s.epoch))||(((int)((P0 *)_this)->s.epoch)<((int)now.slot.epoch)))));
#ifdef VAR_RANGES
		logval("staleEpoch", ((int)now.staleEpoch));
#endif
		;
S_161_0: /* 2 */
		now.truthRefused = (((int)now.truthRefused)||((((((((P0 *)_this)->what==3)&&((int)((P0 *)_this)->happened))&&(((P0 *)_this)->answer!=14))&&(((int)now.slot.made)==0))&& !((((((int)now.slot.claim)!=0)&&(((int)now.slot.claim)!=((int)((P0 *)_this)->id)))&&(((int)now.slot.until)>((int)((P0 *)_this)->t)))))&& !(((((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].epoch)!=0)&&(((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].owner)!=((int)((P0 *)_this)->who))))));
#ifdef VAR_RANGES
		logval("truthRefused", ((int)now.truthRefused));
#endif
		;
S_162_0: /* 2 */
		now.lapsedClaimed = (((int)now.lapsedClaimed)||(((((int)((P0 *)_this)->facts)>0)&&(((P0 *)_this)->answer==16))&&(now.slot.status==5)));
#ifdef VAR_RANGES
		logval("lapsedClaimed", ((int)now.lapsedClaimed));
#endif
		;
S_163_0: /* 2 */
		now.unmade = (((int)now.unmade)||((((int)now.slot.made)!=0)&&(((int)((P0 *)_this)->s.made)!=((int)now.slot.made))));
#ifdef VAR_RANGES
		logval("unmade", ((int)now.unmade));
#endif
		;
S_169_0: /* 2 */
S_164_0: /* 2 */
		if (!((((((P0 *)_this)->what==4)&&(((int)((P0 *)_this)->who)==((int)((P0 *)_this)->id)))&&(((int)now.claimAnswer[ Index(((int)((P0 *)_this)->id), 4) ])==0))))
			goto S_169_1;
S_165_0: /* 2 */
		now.claimAnswer[ Index(((P0 *)_this)->id, 4) ] = ((P0 *)_this)->answer;
#ifdef VAR_RANGES
		logval("claimAnswer[Node:id]", ((int)now.claimAnswer[ Index(((int)((P0 *)_this)->id), 4) ]));
#endif
		;
		goto S_170_0;
S_169_1: /* 3 */
S_166_0: /* 2 */
		if (!((((((P0 *)_this)->what==4)&&(((int)((P0 *)_this)->who)==((int)((P0 *)_this)->id)))&&(((int)now.claimAnswer[ Index(((int)((P0 *)_this)->id), 4) ])!=0))))
			goto S_169_2;
S_167_0: /* 2 */
		now.otherAnswer = (((int)now.otherAnswer)||(((int)now.claimAnswer[ Index(((int)((P0 *)_this)->id), 4) ])!=((P0 *)_this)->answer));
#ifdef VAR_RANGES
		logval("otherAnswer", ((int)now.otherAnswer));
#endif
		;
		goto S_170_0;
S_169_2: /* 3 */
S_168_0: /* 2 */
		/* else */;
		goto S_170_0;
S_169_3: /* 3 */
		Uerror("blocking sel in d_step (nr.15, near line 145)");
S_170_0: /* 2 */
		goto S_182_0;
S_182_0: /* 2 */
S_172_0: /* 2 */
		now.slot.status = ((P0 *)_this)->s.status;
#ifdef VAR_RANGES
		logval("slot.status", now.slot.status);
#endif
		;
S_173_0: /* 2 */
		now.slot.epoch = ((int)((P0 *)_this)->s.epoch);
#ifdef VAR_RANGES
		logval("slot.epoch", ((int)now.slot.epoch));
#endif
		;
S_174_0: /* 2 */
		now.slot.claim = ((int)((P0 *)_this)->s.claim);
#ifdef VAR_RANGES
		logval("slot.claim", ((int)now.slot.claim));
#endif
		;
S_175_0: /* 2 */
		now.slot.until = ((int)((P0 *)_this)->s.until);
#ifdef VAR_RANGES
		logval("slot.until", ((int)now.slot.until));
#endif
		;
S_176_0: /* 2 */
		now.slot.made = ((int)((P0 *)_this)->s.made);
#ifdef VAR_RANGES
		logval("slot.made", ((int)now.slot.made));
#endif
		;
S_177_0: /* 2 */
		now.asked[ Index(((P0 *)_this)->id, 4) ].epoch = ((int)((P0 *)_this)->a.epoch);
#ifdef VAR_RANGES
		logval("asked[Node:id].epoch", ((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].epoch));
#endif
		;
S_178_0: /* 2 */
		now.asked[ Index(((P0 *)_this)->id, 4) ].owner = ((int)((P0 *)_this)->a.owner);
#ifdef VAR_RANGES
		logval("asked[Node:id].owner", ((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].owner));
#endif
		;
S_179_0: /* 2 */
		now.asked[ Index(((P0 *)_this)->id, 4) ].refused = ((int)((P0 *)_this)->a.refused);
#ifdef VAR_RANGES
		logval("asked[Node:id].refused", ((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].refused));
#endif
		;
S_180_0: /* 2 */
		now.asked[ Index(((P0 *)_this)->id, 4) ].refusedFirst = ((int)((P0 *)_this)->a.refusedFirst);
#ifdef VAR_RANGES
		logval("asked[Node:id].refusedFirst", ((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].refusedFirst));
#endif
		;
S_181_0: /* 2 */
		now.version = (((int)now.version)+((int)((P0 *)_this)->facts));
#ifdef VAR_RANGES
		logval("version", ((int)now.version));
#endif
		;
		goto S_190_0;
S_190_0: /* 1 */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 42: // STATE 185 - claims.pml:167 - [((who==id))] (210:0:2 - 1)
		IfNotBlocked
		reached[0][185] = 1;
		if (!((((int)((P0 *)_this)->who)==((int)((P0 *)_this)->id))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: who */  (trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->who;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->who = 0;
		/* merge: heard[id] = answer(0, 186, 210) */
		reached[0][186] = 1;
		(trpt+1)->bup.ovals[1] = now.heard[ Index(((int)((P0 *)_this)->id), 4) ];
		now.heard[ Index(((P0 *)_this)->id, 4) ] = ((P0 *)_this)->answer;
#ifdef VAR_RANGES
		logval("heard[Node:id]", now.heard[ Index(((int)((P0 *)_this)->id), 4) ]);
#endif
		;
		/* merge: .(goto)(0, 192, 210) */
		reached[0][192] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 43: // STATE 187 - claims.pml:168 - [(((who!=id)&&(what!=TICK)))] (0:0:3 - 1)
		IfNotBlocked
		reached[0][187] = 1;
		if (!(((((int)((P0 *)_this)->who)!=((int)((P0 *)_this)->id))&&(((P0 *)_this)->what!=1))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: who */  (trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->who;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->who = 0;
		if (TstOnly) return 1; /* TT */
		/* dead 1: id */  (trpt+1)->bup.ovals[1] = ((P0 *)_this)->id;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->id = 0;
		if (TstOnly) return 1; /* TT */
		/* dead 1: what */  (trpt+1)->bup.ovals[2] = ((P0 *)_this)->what;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->what = 0;
		_m = 3; goto P999; /* 0 */
	case 44: // STATE 188 - claims.pml:169 - [(((what!=TICK)&&(crashes>0)))] (210:0:2 - 1)
		IfNotBlocked
		reached[0][188] = 1;
		if (!(((((P0 *)_this)->what!=1)&&(((int)now.crashes)>0))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: what */  (trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->what;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->what = 0;
		/* merge: crashes = (crashes-1)(0, 189, 210) */
		reached[0][189] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.crashes);
		now.crashes = (((int)now.crashes)-1);
#ifdef VAR_RANGES
		logval("crashes", ((int)now.crashes));
#endif
		;
		/* merge: .(goto)(0, 192, 210) */
		reached[0][192] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 45: // STATE 190 - claims.pml:170 - [((what==TICK))] (0:0:1 - 1)
		IfNotBlocked
		reached[0][190] = 1;
		if (!((((P0 *)_this)->what==1)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: what */  (trpt+1)->bup.oval = ((P0 *)_this)->what;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->what = 0;
		_m = 3; goto P999; /* 0 */
	case 46: // STATE 193 - claims.pml:153 - [s.status = OPEN] (0:248:18 - 1)
		IfNotBlocked
		reached[0][193] = 1;
		(trpt+1)->bup.ovals = grab_ints(18);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->s.status;
		((P0 *)_this)->s.status = 8;
#ifdef VAR_RANGES
		logval("Node:s.status", ((P0 *)_this)->s.status);
#endif
		;
		/* merge: s.epoch = 0(248, 194, 248) */
		reached[0][194] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->s.epoch);
		((P0 *)_this)->s.epoch = 0;
#ifdef VAR_RANGES
		logval("Node:s.epoch", ((int)((P0 *)_this)->s.epoch));
#endif
		;
		/* merge: s.claim = 0(248, 195, 248) */
		reached[0][195] = 1;
		(trpt+1)->bup.ovals[2] = ((int)((P0 *)_this)->s.claim);
		((P0 *)_this)->s.claim = 0;
#ifdef VAR_RANGES
		logval("Node:s.claim", ((int)((P0 *)_this)->s.claim));
#endif
		;
		/* merge: s.until = 0(248, 196, 248) */
		reached[0][196] = 1;
		(trpt+1)->bup.ovals[3] = ((int)((P0 *)_this)->s.until);
		((P0 *)_this)->s.until = 0;
#ifdef VAR_RANGES
		logval("Node:s.until", ((int)((P0 *)_this)->s.until));
#endif
		;
		/* merge: s.made = 0(248, 197, 248) */
		reached[0][197] = 1;
		(trpt+1)->bup.ovals[4] = ((int)((P0 *)_this)->s.made);
		((P0 *)_this)->s.made = 0;
#ifdef VAR_RANGES
		logval("Node:s.made", ((int)((P0 *)_this)->s.made));
#endif
		;
		/* merge: a.epoch = 0(248, 198, 248) */
		reached[0][198] = 1;
		(trpt+1)->bup.ovals[5] = ((int)((P0 *)_this)->a.epoch);
		((P0 *)_this)->a.epoch = 0;
#ifdef VAR_RANGES
		logval("Node:a.epoch", ((int)((P0 *)_this)->a.epoch));
#endif
		;
		/* merge: a.owner = 0(248, 199, 248) */
		reached[0][199] = 1;
		(trpt+1)->bup.ovals[6] = ((int)((P0 *)_this)->a.owner);
		((P0 *)_this)->a.owner = 0;
#ifdef VAR_RANGES
		logval("Node:a.owner", ((int)((P0 *)_this)->a.owner));
#endif
		;
		/* merge: a.refused = 0(248, 200, 248) */
		reached[0][200] = 1;
		(trpt+1)->bup.ovals[7] = ((int)((P0 *)_this)->a.refused);
		((P0 *)_this)->a.refused = 0;
#ifdef VAR_RANGES
		logval("Node:a.refused", ((int)((P0 *)_this)->a.refused));
#endif
		;
		/* merge: a.refusedFirst = 0(248, 201, 248) */
		reached[0][201] = 1;
		(trpt+1)->bup.ovals[8] = ((int)((P0 *)_this)->a.refusedFirst);
		((P0 *)_this)->a.refusedFirst = 0;
#ifdef VAR_RANGES
		logval("Node:a.refusedFirst", ((int)((P0 *)_this)->a.refusedFirst));
#endif
		;
		/* merge: what = TICK(248, 202, 248) */
		reached[0][202] = 1;
		(trpt+1)->bup.ovals[9] = ((P0 *)_this)->what;
		((P0 *)_this)->what = 1;
#ifdef VAR_RANGES
		logval("Node:what", ((P0 *)_this)->what);
#endif
		;
		/* merge: id = 0(248, 203, 248) */
		reached[0][203] = 1;
		(trpt+1)->bup.ovals[10] = ((int)((P0 *)_this)->id);
		((P0 *)_this)->id = 0;
#ifdef VAR_RANGES
		logval("Node:id", ((int)((P0 *)_this)->id));
#endif
		;
		/* merge: who = 0(248, 204, 248) */
		reached[0][204] = 1;
		(trpt+1)->bup.ovals[11] = ((int)((P0 *)_this)->who);
		((P0 *)_this)->who = 0;
#ifdef VAR_RANGES
		logval("Node:who", ((int)((P0 *)_this)->who));
#endif
		;
		/* merge: happened = 0(248, 205, 248) */
		reached[0][205] = 1;
		(trpt+1)->bup.ovals[12] = ((int)((P0 *)_this)->happened);
		((P0 *)_this)->happened = 0;
#ifdef VAR_RANGES
		logval("Node:happened", ((int)((P0 *)_this)->happened));
#endif
		;
		/* merge: t = 0(248, 206, 248) */
		reached[0][206] = 1;
		(trpt+1)->bup.ovals[13] = ((int)((P0 *)_this)->t);
		((P0 *)_this)->t = 0;
#ifdef VAR_RANGES
		logval("Node:t", ((int)((P0 *)_this)->t));
#endif
		;
		/* merge: seen = 0(248, 207, 248) */
		reached[0][207] = 1;
		(trpt+1)->bup.ovals[14] = ((int)((P0 *)_this)->seen);
		((P0 *)_this)->seen = 0;
#ifdef VAR_RANGES
		logval("Node:seen", ((int)((P0 *)_this)->seen));
#endif
		;
		/* merge: facts = 0(248, 208, 248) */
		reached[0][208] = 1;
		(trpt+1)->bup.ovals[15] = ((int)((P0 *)_this)->facts);
		((P0 *)_this)->facts = 0;
#ifdef VAR_RANGES
		logval("Node:facts", ((int)((P0 *)_this)->facts));
#endif
		;
		/* merge: answer = NONE(248, 209, 248) */
		reached[0][209] = 1;
		(trpt+1)->bup.ovals[16] = ((P0 *)_this)->answer;
		((P0 *)_this)->answer = 17;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: answer */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->answer = 0;
		/* merge: .(goto)(0, 230, 248) */
		reached[0][230] = 1;
		;
		/* merge: .(goto)(0, 249, 248) */
		reached[0][249] = 1;
		;
		_m = 3; goto P999; /* 18 */
	case 47: // STATE 227 - claims.pml:173 - [D_STEP173]
		if (!(boq == -1 && (((int)now.version)!=((int)((P0 *)_this)->seen))))
			continue;

		reached[0][227] = 1;
		reached[0][t->st] = 1;
		reached[0][tt] = 1;

		if (TstOnly) return 1;

		sv_save();
		S_211_0: /* 2 */
		if (!((((int)now.version)!=((int)((P0 *)_this)->seen))))
			Uerror("block in d_step seq");
S_225_0: /* 2 */
S_212_0: /* 2 */
		((P0 *)_this)->t = ((int)now.now);
#ifdef VAR_RANGES
		logval("Node:t", ((int)((P0 *)_this)->t));
#endif
		;
S_213_0: /* 2 */
		((P0 *)_this)->seen = ((int)now.version);
#ifdef VAR_RANGES
		logval("Node:seen", ((int)((P0 *)_this)->seen));
#endif
		;
S_214_0: /* 2 */
		((P0 *)_this)->facts = 0;
#ifdef VAR_RANGES
		logval("Node:facts", ((int)((P0 *)_this)->facts));
#endif
		;
S_215_0: /* 2 */
		((P0 *)_this)->answer = 17;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
S_216_0: /* 2 */
		((P0 *)_this)->s.status = now.slot.status;
#ifdef VAR_RANGES
		logval("Node:s.status", ((P0 *)_this)->s.status);
#endif
		;
S_217_0: /* 2 */
		((P0 *)_this)->s.epoch = ((int)now.slot.epoch);
#ifdef VAR_RANGES
		logval("Node:s.epoch", ((int)((P0 *)_this)->s.epoch));
#endif
		;
S_218_0: /* 2 */
		((P0 *)_this)->s.claim = ((int)now.slot.claim);
#ifdef VAR_RANGES
		logval("Node:s.claim", ((int)((P0 *)_this)->s.claim));
#endif
		;
S_219_0: /* 2 */
		((P0 *)_this)->s.until = ((int)now.slot.until);
#ifdef VAR_RANGES
		logval("Node:s.until", ((int)((P0 *)_this)->s.until));
#endif
		;
S_220_0: /* 2 */
		((P0 *)_this)->s.made = ((int)now.slot.made);
#ifdef VAR_RANGES
		logval("Node:s.made", ((int)((P0 *)_this)->s.made));
#endif
		;
S_221_0: /* 2 */
		((P0 *)_this)->a.epoch = ((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].epoch);
#ifdef VAR_RANGES
		logval("Node:a.epoch", ((int)((P0 *)_this)->a.epoch));
#endif
		;
S_222_0: /* 2 */
		((P0 *)_this)->a.owner = ((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].owner);
#ifdef VAR_RANGES
		logval("Node:a.owner", ((int)((P0 *)_this)->a.owner));
#endif
		;
S_223_0: /* 2 */
		((P0 *)_this)->a.refused = ((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].refused);
#ifdef VAR_RANGES
		logval("Node:a.refused", ((int)((P0 *)_this)->a.refused));
#endif
		;
S_224_0: /* 2 */
		((P0 *)_this)->a.refusedFirst = ((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].refusedFirst);
#ifdef VAR_RANGES
		logval("Node:a.refusedFirst", ((int)((P0 *)_this)->a.refusedFirst));
#endif
		;
		goto S_227_0;
S_227_0: /* 1 */

#if defined(C_States) && (HAS_TRACK==1)
		c_update((uchar *) &(now.c_state[0]));
#endif
		_m = 3; goto P999;

	case 48: // STATE 231 - claims.pml:175 - [((((slot.claim!=0)&&(slot.until<=now))||((slot.status==OPEN)&&(2<=now))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][231] = 1;
		if (!((((((int)now.slot.claim)!=0)&&(((int)now.slot.until)<=((int)now.now)))||((now.slot.status==8)&&(2<=((int)now.now))))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 49: // STATE 232 - claims.pml:113 - [t = now] (0:229:13 - 1)
		IfNotBlocked
		reached[0][232] = 1;
		(trpt+1)->bup.ovals = grab_ints(13);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->t);
		((P0 *)_this)->t = ((int)now.now);
#ifdef VAR_RANGES
		logval("Node:t", ((int)((P0 *)_this)->t));
#endif
		;
		/* merge: seen = version(229, 233, 229) */
		reached[0][233] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->seen);
		((P0 *)_this)->seen = ((int)now.version);
#ifdef VAR_RANGES
		logval("Node:seen", ((int)((P0 *)_this)->seen));
#endif
		;
		/* merge: facts = 0(229, 234, 229) */
		reached[0][234] = 1;
		(trpt+1)->bup.ovals[2] = ((int)((P0 *)_this)->facts);
		((P0 *)_this)->facts = 0;
#ifdef VAR_RANGES
		logval("Node:facts", ((int)((P0 *)_this)->facts));
#endif
		;
		/* merge: answer = NONE(229, 235, 229) */
		reached[0][235] = 1;
		(trpt+1)->bup.ovals[3] = ((P0 *)_this)->answer;
		((P0 *)_this)->answer = 17;
#ifdef VAR_RANGES
		logval("Node:answer", ((P0 *)_this)->answer);
#endif
		;
		/* merge: s.status = slot.status(229, 236, 229) */
		reached[0][236] = 1;
		(trpt+1)->bup.ovals[4] = ((P0 *)_this)->s.status;
		((P0 *)_this)->s.status = now.slot.status;
#ifdef VAR_RANGES
		logval("Node:s.status", ((P0 *)_this)->s.status);
#endif
		;
		/* merge: s.epoch = slot.epoch(229, 237, 229) */
		reached[0][237] = 1;
		(trpt+1)->bup.ovals[5] = ((int)((P0 *)_this)->s.epoch);
		((P0 *)_this)->s.epoch = ((int)now.slot.epoch);
#ifdef VAR_RANGES
		logval("Node:s.epoch", ((int)((P0 *)_this)->s.epoch));
#endif
		;
		/* merge: s.claim = slot.claim(229, 238, 229) */
		reached[0][238] = 1;
		(trpt+1)->bup.ovals[6] = ((int)((P0 *)_this)->s.claim);
		((P0 *)_this)->s.claim = ((int)now.slot.claim);
#ifdef VAR_RANGES
		logval("Node:s.claim", ((int)((P0 *)_this)->s.claim));
#endif
		;
		/* merge: s.until = slot.until(229, 239, 229) */
		reached[0][239] = 1;
		(trpt+1)->bup.ovals[7] = ((int)((P0 *)_this)->s.until);
		((P0 *)_this)->s.until = ((int)now.slot.until);
#ifdef VAR_RANGES
		logval("Node:s.until", ((int)((P0 *)_this)->s.until));
#endif
		;
		/* merge: s.made = slot.made(229, 240, 229) */
		reached[0][240] = 1;
		(trpt+1)->bup.ovals[8] = ((int)((P0 *)_this)->s.made);
		((P0 *)_this)->s.made = ((int)now.slot.made);
#ifdef VAR_RANGES
		logval("Node:s.made", ((int)((P0 *)_this)->s.made));
#endif
		;
		/* merge: a.epoch = asked[id].epoch(229, 241, 229) */
		reached[0][241] = 1;
		(trpt+1)->bup.ovals[9] = ((int)((P0 *)_this)->a.epoch);
		((P0 *)_this)->a.epoch = ((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].epoch);
#ifdef VAR_RANGES
		logval("Node:a.epoch", ((int)((P0 *)_this)->a.epoch));
#endif
		;
		/* merge: a.owner = asked[id].owner(229, 242, 229) */
		reached[0][242] = 1;
		(trpt+1)->bup.ovals[10] = ((int)((P0 *)_this)->a.owner);
		((P0 *)_this)->a.owner = ((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].owner);
#ifdef VAR_RANGES
		logval("Node:a.owner", ((int)((P0 *)_this)->a.owner));
#endif
		;
		/* merge: a.refused = asked[id].refused(229, 243, 229) */
		reached[0][243] = 1;
		(trpt+1)->bup.ovals[11] = ((int)((P0 *)_this)->a.refused);
		((P0 *)_this)->a.refused = ((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].refused);
#ifdef VAR_RANGES
		logval("Node:a.refused", ((int)((P0 *)_this)->a.refused));
#endif
		;
		/* merge: a.refusedFirst = asked[id].refusedFirst(229, 244, 229) */
		reached[0][244] = 1;
		(trpt+1)->bup.ovals[12] = ((int)((P0 *)_this)->a.refusedFirst);
		((P0 *)_this)->a.refusedFirst = ((int)now.asked[ Index(((int)((P0 *)_this)->id), 4) ].refusedFirst);
#ifdef VAR_RANGES
		logval("Node:a.refusedFirst", ((int)((P0 *)_this)->a.refusedFirst));
#endif
		;
		/* merge: goto attempt(0, 247, 229) */
		reached[0][247] = 1;
		;
		_m = 3; goto P999; /* 13 */
	case 50: // STATE 251 - claims.pml:177 - [-end-] (0:0:0 - 1)
		IfNotBlocked
		reached[0][251] = 1;
		if (!delproc(1, II)) continue;
		_m = 3; goto P999; /* 0 */
	case  _T5:	/* np_ */
		if (!((!(trpt->o_pm&4) && !(trpt->tau&128))))
			continue;
		/* else fall through */
	case  _T2:	/* true */
		_m = 3; goto P999;
#undef rand
	}

