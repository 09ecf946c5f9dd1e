/** Login in a dialog over the page, so that an expired session costs no text. */
import { hush, say, sentence } from "./announce.js";
import { halt, partialHeaders, setCsrfToken, tokenOf, userId } from "./session.js";
import { showModal } from "./focus.js";

const loginDialog = () => document.getElementById("login-dialog");
let sending = false;

export function openLogin() {
  const dialog = loginDialog();
  if (!dialog || dialog.open) return;
  showError("");
  showModal(dialog, document.activeElement);
}

function showError(text) {
  const place = loginDialog().querySelector("[data-login-error]");
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
}

async function post(form) {
  const body = new URLSearchParams(new FormData(form));
  const headers = { ...partialHeaders(), "X-CSRFToken": body.get("csrf_token") ?? "", "X-Login-Dialog": "1" };
  return fetch(form.action, { method: "POST", body, headers, redirect: "manual" });
}

/* A session that is gone takes its CSRF token with it: the answer or the login page hands out a fresh one. */
async function renewToken(form, refused) {
  const token = refused.headers.get("X-CSRFToken") || (await tokenOf(form.action));
  if (token) form.querySelector("[name=csrf_token]").value = token;
  return Boolean(token);
}

/* The view itself answers 204 or JSON; a page is the gate's refusal of the token. */
function isStale(answer) {
  return [400, 403, 422].includes(answer.status) && !answer.headers.get("Content-Type")?.includes("json");
}

async function refusal(answer) {
  try {
    return (await answer.json()).error;
  } catch {
    return sentence("server");
  }
}

function accept(answer, form) {
  const token = answer.headers.get("X-CSRFToken");
  if ((answer.headers.get("X-User") ?? "") !== userId()) {
    halt();
    location.reload();
    return;
  }
  if (token) setCsrfToken(token);
  for (const field of form.querySelectorAll("[type=password]")) field.value = "";
  loginDialog().close();
  hush("login");
  document.dispatchEvent(new CustomEvent("session:renewed"));
  say(loginDialog().dataset.welcome);
}

async function send(form) {
  try {
    let answer = await post(form);
    if (isStale(answer) && (await renewToken(form, answer))) answer = await post(form);
    if (answer.status === 204) accept(answer, form);
    else {
      showError(await refusal(answer));
      // Selected, so that the next attempt takes the place of this one.
      const field = form.querySelector("[type=password]");
      field?.focus();
      field?.select();
    }
  } catch {
    showError(sentence("offline"));
  }
}

async function onSubmit(event) {
  const form = event.target;
  if (!form.closest("#login-dialog") || form.matches("[method=dialog]")) return;
  event.preventDefault();
  event.stopPropagation();
  if (sending) return;
  sending = true;
  event.submitter?.setAttribute("aria-busy", "true");
  showError("");
  await send(form);
  event.submitter?.removeAttribute("aria-busy");
  sending = false;
}

export function startLogin() {
  document.addEventListener("submit", onSubmit, true);
}
