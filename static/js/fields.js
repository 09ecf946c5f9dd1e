/** The fields of a form as name-value pairs, and back. What belongs to one sending alone is left out. */

const OF_ONE_SENDING = ["csrf_token", "op_id"];
const OF_ONE_PAGE = ["tab", "opened_at", "place", "seen_warnings"];
const OF_THE_RECORD = ["record_id", "base_rev"];

/** What would be posted, without files, passwords and what belongs to one sending. */
export function readFields(form) {
  const secret = [...form.querySelectorAll("[type=password]")].map((field) => field.name);
  return [...new FormData(form)].filter(
    ([name, value]) => typeof value === "string" && !OF_ONE_SENDING.includes(name) && !secret.includes(name),
  );
}

/** Do two sets of pairs say the same, whatever record and revision they were written on? */
export function sameContent(one, other) {
  const counts = ([name, value]) => value && !OF_THE_RECORD.includes(name);
  const content = (pairs) => JSON.stringify(pairs.filter(counts));
  return content(one) === content(other);
}

/** Does `whole` say all that `part` says, on more fields perhaps? Then nothing of `part` is left to offer. */
export function isContained(part, whole) {
  const counts = ([name]) => !OF_THE_RECORD.includes(name) && !OF_ONE_PAGE.includes(name);
  const filled = whole.filter(([, value]) => value).map((pair) => JSON.stringify(pair));
  const isFilled = (name) => whole.some(([other, value]) => other === name && value);
  return part
    .filter(counts)
    .every(([name, value]) => (value ? filled.includes(JSON.stringify([name, value])) : !isFilled(name)));
}

function setField(field, values) {
  if (field.type === "checkbox" || field.type === "radio") {
    const checked = values.includes(field.value);
    if (checked === field.checked) return false;
    field.checked = checked;
    return true;
  }
  if (field.matches("select[multiple]")) {
    for (const option of field.options) option.selected = values.includes(option.value);
    return true;
  }
  const value = values.shift() ?? "";
  if (field.value === value) return false;
  field.value = value;
  return true;
}

function tell(field) {
  if (field.type === "hidden") return;
  // The suggestions would take "input" for typing and forget the chosen company.
  if (!field.matches("[data-suggest]")) field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  if (field.value) field.closest("details")?.setAttribute("open", "");
}

/* A value whose field is not on this page (a row that was added) is still posted. */
function keepRest(form, byName) {
  for (const [name, values] of byName) {
    for (const value of values) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
  }
}

/** Puts pairs back into a form; every pair is posted again, also where its field is gone. */
export function writeFields(form, pairs) {
  const byName = new Map();
  for (const [name, value] of pairs) byName.set(name, [...(byName.get(name) ?? []), value]);
  const changed = [];
  for (const field of form.elements) {
    if (!field.name || OF_ONE_SENDING.includes(field.name)) continue;
    if (["file", "password", "submit", "button", "reset", "image"].includes(field.type)) continue;
    if (field.matches("fieldset, output, button")) continue;
    if (setField(field, byName.get(field.name) ?? [])) changed.push(field);
  }
  for (const field of form.elements) {
    if (field.matches("[type=checkbox], [type=radio], select[multiple]")) byName.delete(field.name);
  }
  keepRest(form, byName);
  changed.forEach(tell);
}
