/** A WAI-ARIA combobox on a plain text input: the arrows move in the list while the focus stays. */

const made = new WeakSet();
let numbered = 0;

const isOpen = (input) => input.getAttribute("aria-expanded") === "true";
const listOf = (input) => document.getElementById(input.getAttribute("aria-controls") ?? "");
const activeOf = (input) => document.getElementById(input.getAttribute("aria-activedescendant") ?? "");
export const optionsOf = (input) => [...(listOf(input)?.children ?? [])];
export const isCombobox = (input) => made.has(input);

/** May be called again: a morph that took the list or the role away is mended. */
export function makeCombobox(input) {
  if (input.getAttribute("role") === "combobox" && listOf(input)) return;
  const list = document.createElement("div");
  list.id = `suggestions-${++numbered}`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  const label = input.labels?.[0]?.textContent.trim() ?? input.getAttribute("aria-label") ?? "";
  list.setAttribute("aria-label", label);
  input.after(list);
  const wanted = {
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  };
  Object.entries(wanted).forEach((pair) => input.setAttribute(...pair));
  made.add(input);
}

export function closeList(input) {
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
  const list = listOf(input);
  if (list) list.hidden = true;
}

function openList(input) {
  if (!optionsOf(input).length) return;
  listOf(input).hidden = false;
  input.setAttribute("aria-expanded", "true");
}

/* The server's option (value, label, content) as one of this list. */
function makeOption(list, source, index) {
  const option = document.createElement("div");
  option.id = `${list.id}-${index}`;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.dataset.value = source.getAttribute("value") ?? source.dataset.value ?? "";
  option.dataset.label = source.getAttribute("label") ?? source.dataset.label ?? source.textContent.trim();
  option.append(...source.cloneNode(true).childNodes);
  if (!option.textContent.trim()) option.textContent = option.dataset.label;
  return option;
}

/** Shows these options, or closes the list when there are none or the person has gone on. */
export function showOptions(input, sources) {
  const list = listOf(input);
  if (!list) return;
  list.replaceChildren(...sources.map((source, index) => makeOption(list, source, index)));
  input.removeAttribute("aria-activedescendant");
  if (sources.length && document.activeElement === input) openList(input);
  else closeList(input);
}

function activate(input, option) {
  for (const other of optionsOf(input)) other.setAttribute("aria-selected", String(other === option));
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function step(input, by) {
  const options = optionsOf(input);
  if (!options.length) return;
  const at = isOpen(input) ? options.indexOf(activeOf(input)) : -1;
  const first = by > 0 ? 0 : options.length - 1;
  openList(input);
  activate(input, options[at < 0 ? first : (at + by + options.length) % options.length]);
}

function onKey(event, choose) {
  const input = event.target;
  if (!made.has(input) || event.isComposing || event.ctrlKey || event.metaKey) return;
  const active = isOpen(input) ? activeOf(input) : null;
  if (event.key === "ArrowDown") step(input, 1);
  else if (event.key === "ArrowUp") step(input, -1);
  else if (event.key === "Enter" && active) choose(input, active);
  else if (event.key === "Escape" && isOpen(input)) closeList(input);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function onPointer(event, choose) {
  const list = event.target.closest?.(".suggestions[role=listbox]");
  if (!list) return;
  event.preventDefault();
  const option = event.target.closest("[role=option]");
  const input = document.querySelector(`input[aria-controls="${list.id}"]`);
  if (event.type === "click" && option && input) choose(input, option);
}

/** `choose(input, option)` is called with the option taken; the list is closed by then. */
export function startComboboxes(choose) {
  const take = (input, option) => {
    closeList(input);
    choose(input, option);
  };
  document.addEventListener("keydown", (event) => onKey(event, take), true);
  // The press must not take the focus from the field, or the list would close before the click.
  document.addEventListener("mousedown", (event) => onPointer(event, take));
  document.addEventListener("click", (event) => onPointer(event, take));
  document.addEventListener("focusout", (event) => made.has(event.target) && closeList(event.target));
}
