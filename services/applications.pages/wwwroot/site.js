// What the pages do better with JavaScript on. All of it works without: links, forms and pages of HTML, and this only brings them up to date.
import { Idiomorph } from "/lib/idiomorph.js";

const main = () => document.getElementById("main");
const announce = (words) => { const place = document.getElementById("announce"); if (place && words) place.textContent = words; };
const wait = (milliseconds, act) => { let timer; return (...args) => { clearTimeout(timer); timer = setTimeout(() => act(...args), milliseconds); }; };

document.documentElement.classList.add("js");

// --- Bringing a page up to date without losing what somebody is doing on it

// A form in which something was typed, and whatever is open or has the focus, stays as it is; so does what was answered to a click, until the next.
const touched = new WeakSet();
document.addEventListener("input", (event) => { const form = event.target.closest("form"); if (form) touched.add(form); });

// sent: the form that was just answered; it and what it stands in follow the answer, and what is typed elsewhere is spared.
let alerts = 0, answers = 0; // answers: how many forms were answered
function morph(fresh, { place = main(), sent } = {}) {
  if (sent) answers++;
  for (const alert of place.querySelectorAll("[role=alert]:not([id])")) alert.id = `alert-${++alerts}`; // what has an id isn't made into something else
  const spared = (form) => form !== sent && touched.has(form);
  const forms = (x) => [...(x.matches("form") ? [x] : []), ...x.querySelectorAll("form")];
  Idiomorph.morph(place, fresh, {
    ignoreActiveValue: !sent,
    callbacks: {
      beforeNodeMorphed: (old, fresh) => {
        if (old.nodeType !== Node.ELEMENT_NODE) return true;
        if (old.matches("form") && spared(old)) return false;
        if (old.matches("details[open]") && !(sent && old.contains(sent))) fresh.setAttribute("open", "");
        return true;
      },
      // What somebody is typing into isn't taken away under their hands; the next look does it.
      beforeNodeRemoved: (old) => old.nodeType !== Node.ELEMENT_NODE
        || !(forms(old).some(spared) || (!sent && (old.matches("[role=alert]") || (old.contains(document.activeElement) && document.activeElement !== document.body)))),
    },
  });
}

// What a form is answered that isn't the page again, such as that the database is away, comes as a problem: the page stays, and all that is typed on it.
async function load(address, form) {
  const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" }, ...form });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("main");
  const isOut = answer.redirected && new URL(answer.url).pathname === "/sign-in";
  const problem = isOut ? document.getElementById("announce").dataset.ended : fresh ? fresh.querySelector("[data-problem]")?.textContent : `${answer.status} ${answer.statusText}`;
  if (form && problem) return { problem };
  if (!fresh || isOut) { location.assign(answer.url); return null; }
  document.title = page.title;
  return { fresh, answer };
}

// Words of ours at a form that couldn't be answered, until the next answer.
function say(form, words) {
  const place = form.querySelector("[data-said]") ?? form.insertBefore(document.createElement("p"), form.firstChild);
  Object.assign(place, { className: "notice bad", tabIndex: -1, textContent: words });
  place.setAttribute("role", "alert");
  place.setAttribute("data-said", "");
  place.focus();
}

// --- Live: the page looks again when the server says that something changed

function live() {
  if (!main().hasAttribute("data-live")) return;
  const place = document.getElementById("announce").dataset;
  let lost = false, leaving = false;
  addEventListener("beforeunload", () => { leaving = true; });
  const look = wait(150, async () => {
    const before = main().querySelector("[data-summary]")?.textContent, answered = answers;
    try {
      const loaded = await load(location.href);
      if (!loaded || !loaded.answer.ok) return;
      if (answered !== answers) return look(); // a form was answered meanwhile, and this is the page from before
      const said = main().querySelectorAll("[role=alert]");
      morph(loaded.fresh);
      for (const alert of said) if (!alert.isConnected) main().prepend(alert); // where it stood is gone, but nobody may have read it yet
      const now = main().querySelector("[data-summary]")?.textContent;
      if (now && now !== before) announce(now);
    } catch { /* the next change, or the next half minute, looks again */ }
  });
  let source;
  // A tab that nobody sees doesn't listen: a browser opens half a dozen connections to a server, over all its tabs. Seen again, it is told at once whether it is old.
  const listen = () => {
    source?.close();
    if (document.hidden) return;
    source = new EventSource("/pages/changes");
    source.addEventListener("hello", (event) => {
      if (lost) { lost = false; announce(place.back); look(); }
      else if (event.data !== main().dataset.live) look(); // something changed between the page and this
    });
    source.addEventListener("changed", look);
    source.addEventListener("ended", () => { source.close(); setTimeout(() => location.reload(), leaving ? 30_000 : 0); }); // who is just signing out is on the way to their issuer
    source.addEventListener("error", () => {
      if (!lost) { lost = true; announce(place.lost); }
      if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
      look(); // which comes to the sign-in, where nobody is signed in any more
      setTimeout(listen, 10_000);
    });
  };
  listen();
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => source?.close());
}

// --- Forms that answer where they stand: <form data-inplace>

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-inplace]") || event.defaultPrevented) return;
  event.preventDefault();
  const button = event.submitter;
  const data = new FormData(form, button);
  const get = form.method === "get";
  const address = new URL(button?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href, location.href);
  if (get) address.search = new URLSearchParams([...data].filter(([, value]) => value !== "")).toString();
  form.setAttribute("aria-busy", "true");
  if (button) button.disabled = true;
  try {
    const files = [...form.elements].some((x) => x.type === "file");
    const loaded = await load(address, get ? {} : { method: "POST", body: files ? data : new URLSearchParams([...data]) });
    if (!loaded) return;
    if (loaded.problem) { touched.add(form); say(form, loaded.problem); return; }
    morph(loaded.fresh, { sent: form });
    if (loaded.answer.ok) touched.delete(form); else touched.add(form); // what was refused is still to be mended
    if (loaded.answer.redirected || get) history.replaceState(null, "", loaded.answer.url);
    focusOnNotice();
    refresh();
  } catch { // the browser says itself what is wrong with the connection
    form.removeAttribute("data-inplace");
    if (button) button.disabled = false; // or what it stands for wouldn't be sent
    form.requestSubmit(button);
  }
  finally { form.removeAttribute("aria-busy"); if (button) button.disabled = false; }
});

function focusOnNotice() {
  const notice = main().querySelector("[data-focus]");
  if (notice) { notice.focus({ preventScroll: true }); notice.scrollIntoView({ block: "nearest" }); }
}

// --- Searching as one types: <form data-search> brings its results up to date, and the address with them

let searches = 0;
const search = wait(250, async (form) => {
  const mine = ++searches;
  const address = new URL(form.action, location.href);
  address.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== "")).toString();
  const loaded = await load(address).catch(() => null); // the next letter, or Enter, says it
  if (!loaded || mine !== searches) return; // of two that are under way, the earlier may come last
  const results = loaded.fresh.querySelector("[data-results]"), old = main().querySelector("[data-results]");
  if (results && old) morph(results, { place: old });
  history.replaceState(null, "", address);
  announce(main().querySelector("[data-summary]")?.textContent);
});
document.addEventListener("input", (event) => { const form = event.target.closest("form[data-search]"); if (form) search(form); });

// --- What follows from a form: <form data-look>. When a field was changed, the server works out what that would mean, and only what is marked [data-follows] follows.

const look = wait(300, async (form) => {
  try {
    const loaded = await load(form.getAttribute("action"), { method: "POST", body: new URLSearchParams([...new FormData(form)]) });
    if (!loaded?.fresh) return;
    for (const old of main().querySelectorAll("[data-follows][id]")) {
      const fresh = loaded.fresh.querySelector(`#${CSS.escape(old.id)}`);
      if (fresh) Idiomorph.morph(old, fresh);
    }
  } catch { /* the next change, or the next click, says it */ }
});
document.addEventListener("change", (event) => { const form = event.target.closest("form[data-look]"); if (form) look(form); });

// --- Small ones

// <select data-submit>, <input data-submit>: sends its form when another value was chosen.
document.addEventListener("change", (event) => { if (event.target.matches("[data-submit]")) event.target.form.requestSubmit(); });

// <input type="range" data-words="…">: says in words where it stands, while it is moved; with data-values and data-into, another field has what that means.
document.addEventListener("input", (event) => {
  if (!event.target.matches("input[type=range][data-words]")) return;
  const words = JSON.parse(event.target.dataset.words)[event.target.value];
  const place = document.getElementById(event.target.dataset.place);
  if (place && words) place.textContent = words;
  if (words) event.target.setAttribute("aria-valuetext", words);
  const into = document.getElementById(event.target.dataset.into);
  if (into) into.value = JSON.parse(event.target.dataset.values)[event.target.value];
});

// <label data-drop>: a file that is dropped on it is the one that was chosen.
for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) document.addEventListener(kind, (event) => {
  const place = event.target.closest?.("[data-drop]");
  if (!place) return;
  event.preventDefault();
  place.classList.toggle("over", kind === "dragenter" || kind === "dragover");
  if (kind !== "drop" || event.dataTransfer.files.length === 0) return;
  const input = place.querySelector("input[type=file]");
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

// <button data-copy="id">: puts a text where it can be pasted.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
  announce(button.dataset.done);
});

// <div data-refresh> in main: something is under way, so look again soon. What has an id is looked at alone, and gone when it is over.
let refreshing;
function refresh() {
  const place = main().querySelector("[data-refresh]");
  clearTimeout(refreshing);
  if (!place) return;
  refreshing = setTimeout(async () => {
    try {
      const address = location.href, loaded = await load(address);
      const fresh = place.id && loaded?.fresh.querySelector(`#${CSS.escape(place.id)}`);
      if (address !== location.href) { /* something else is looked at by now */ }
      else if (fresh) Idiomorph.morph(place, fresh);
      else if (place.id && loaded?.answer.ok) place.remove();
      else if (loaded && !place.id) morph(loaded.fresh);
    } catch { /* again */ }
    refresh();
  }, 700);
}

// <input data-zone>, <a data-zone>: says where the reader is.
for (const place of document.querySelectorAll("[data-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (place.href) { const address = new URL(place.href); address.searchParams.set("zone", zone); place.href = address; } else place.value = zone;
}
live();
refresh();
focusOnNotice();
