/** Small things that several modules need: new content, visibility, the clock, the open dialog. */

/** Runs `setUp` on the page now and again after every swap; `setUp` must not mind being run twice. */
export function onContent(setUp) {
  setUp();
  document.addEventListener("htmx:after:swap", setUp);
}

export function isVisible(element) {
  return element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;
}

/** The modal dialog that owns the page now, or null: everything outside it is inert. */
export function openModal() {
  const open = [...document.querySelectorAll("dialog[open]")].filter((dialog) => dialog.matches(":modal"));
  return open.find((dialog) => dialog.contains(document.activeElement)) ?? open.at(-1) ?? null;
}

/** Has a person typed in here since it was made? */
export function isTouched(container) {
  return [...container.querySelectorAll("textarea, input")].some((field) =>
    field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.type !== "hidden" && field.value !== field.defaultValue,
  );
}

/** The time of day as the page's language writes it; with the day when it is not today. */
export function clock(moment = new Date()) {
  const lang = document.documentElement.lang || "nb";
  const minutes = String(moment.getMinutes()).padStart(2, "0");
  const hours = String(moment.getHours()).padStart(2, "0");
  const time = `${hours}${lang.startsWith("en") ? ":" : "."}${minutes}`;
  if (moment.toDateString() === new Date().toDateString()) return time;
  return `${moment.toLocaleDateString(lang, { day: "numeric", month: "long" })} ${time}`;
}

/** The print button of a page that is made for paper. */
export function startPrinting() {
  document.addEventListener("click", ({ target }) => target.closest?.("[data-print]") && window.print());
}
