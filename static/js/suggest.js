/**
 * Companies (or what else the field asks for) while one types. What a person types is always what is posted; choosing a suggestion adds its id.
 * (The design system's ds-suggestion empties a field whose text matches no option, so it is not used here.)
 */
import { say } from "./announce.js";
import { closeList, isCombobox, makeCombobox, optionsOf, showOptions, startComboboxes } from "./combobox.js";
import { onContent } from "./page.js";

const PAUSE = 200;
const COUNT_PAUSE = 600;
const NEW = "new";
const timers = new WeakMap();
const requests = new WeakMap();

/* The hidden field beside the input; the one for a new company is made when the page brings none. */
function hidden(input, name) {
  const named = `:is([name=${name}], [name$="-${name}"])`;
  const found = input.parentElement.querySelector(`input[type=hidden]${named}`);
  if (found || name !== "new_company") return found;
  const field = Object.assign(document.createElement("input"), { type: "hidden", name });
  input.after(field);
  return field;
}

/* A field that asks for something else names its own hidden field. */
const idOf = (input) => input.dataset.suggestInto ?? "company_id";

function set(input, name, value) {
  const field = hidden(input, name);
  if (field) field.value = value;
}

function tell(input, name, detail) {
  // Whoever keeps the form hears that something has changed; then the parts that show the company.
  input.dispatchEvent(new Event("change", { bubbles: true }));
  input.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}

function choose(input, option) {
  const { value, label } = option.dataset;
  clearTimeout(timers.get(input));
  requests.get(input)?.abort();
  if (value === NEW) {
    set(input, idOf(input), "");
    set(input, "new_company", "1");
    tell(input, "companies:new-asked", { name: input.value });
  } else {
    input.value = label;
    set(input, idOf(input), value);
    set(input, "new_company", "");
    tell(input, "companies:company-chosen", { id: value, name: label });
  }
}

function speakCount(input) {
  if (document.activeElement !== input) return;
  const number = optionsOf(input).filter((option) => option.dataset.value !== NEW).length;
  const kind = number === 0 ? "countNone" : number === 1 ? "countOne" : "countMany";
  say((input.dataset[kind] ?? "").replace("{n}", number));
}

function later(input, act, pause) {
  clearTimeout(timers.get(input));
  timers.set(input, setTimeout(act, pause, input));
}

async function suggest(input) {
  requests.get(input)?.abort();
  const typed = input.value.trim();
  if (!typed) {
    showOptions(input, []);
    return;
  }
  const request = new AbortController();
  requests.set(input, request);
  const address = new URL(input.dataset.suggest, location.href);
  address.searchParams.set("q", typed);
  try {
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial", Accept: "text/html" };
    const answer = await fetch(address, { headers, signal: request.signal, redirect: "error" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (input.value.trim() !== typed) return;
    showOptions(input, [...page.querySelectorAll("u-option, option, [role=option]")]);
    later(input, speakCount, COUNT_PAUSE);
  } catch {
    // Without suggestions the field is a plain text field, and what is typed is posted all the same.
  }
}

function onInput(event) {
  const input = event.target;
  if (!isCombobox(input)) return;
  set(input, idOf(input), "");
  if (!input.value.trim()) {
    set(input, "new_company", "");
    closeList(input);
  }
  later(input, suggest, PAUSE);
}

/* A restored text may be about a new undertaking: its fields come from the server, with what they hold. */
function onRestored({ target: form }) {
  const input = form.querySelector("input[data-suggest]");
  const shown = form.querySelector("input:not([type=hidden])[name=new_name]");
  if (input && !shown && hidden(input, "new_company").value) tell(input, "companies:new-asked", { name: input.value });
}

export function startSuggest() {
  onContent(() => document.querySelectorAll("input[data-suggest]").forEach(makeCombobox));
  document.addEventListener("input", onInput);
  document.addEventListener("autosave:restored", onRestored);
  startComboboxes(choose);
}
