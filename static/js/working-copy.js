/** One form's writing: its copy on this machine and its private working copy on the server. */
import { dropCopy, getCopy, keyOf, putCopy } from "./copies.js";
import { lineOf, showState } from "./draft-line.js";
import { readFields } from "./fields.js";
import { openLogin } from "./login.js";
import { recordOf } from "./restore.js";
import { csrfToken, isHalted, partialHeaders, refreshToken } from "./session.js";

const EVERY = 20000;
const GIVEN_UP = 30000;
// The browser lets 64 KB of keepalive requests be under way at once, and refuses the rest.
const KEEPALIVE_ROOM = 60000;
// How far the server's clock is ahead of this machine's, in milliseconds.
let skew = 0;

export function serial(form) {
  return JSON.stringify(readFields(form));
}

export function newState(form) {
  return { form, stored: serial(form), copied: null, base: form.dataset.savedAt ?? "" };
}

/** Writes the copy on this machine, unless it is there already or the server has the same. */
export function copy(state) {
  clearTimeout(state.pause);
  const { form } = state;
  const now = serial(form);
  const key = keyOf(recordOf(form));
  if (now === state.stored) {
    dropCopy(key);
    state.copied = null;
    return;
  }
  if (now === state.copied) return;
  const at = new Date(Date.now() + skew).toISOString();
  const { base } = state;
  const path = location.pathname;
  state.safe = putCopy(key, { at, base, path, record: recordOf(form), pairs: JSON.parse(now) });
  state.copied = state.safe ? now : null;
  const shown = lineOf(form)?.dataset.state;
  if (!state.safe) showState(form, "unsafe", { quiet: true });
  else if (!state.stopped && !state.submitting && !["saved", "failed"].includes(shown)) {
    showState(form, "local", { quiet: true });
  }
}

/** The server gets what is new within twenty seconds. */
export function wait(state) {
  state.timer ??= setTimeout(push, EVERY, state);
}

function stopWaiting(state) {
  clearTimeout(state.timer);
  state.timer = null;
}

async function post(form, pairs) {
  const body = new URLSearchParams(pairs);
  body.set("csrf_token", csrfToken());
  const keepalive = body.toString().length < KEEPALIVE_ROOM;
  const options = { method: "POST", body, headers: partialHeaders(), redirect: "manual" };
  try {
    return await fetch(form.dataset.autosave, { ...options, keepalive });
  } catch {
    // No connection; or other keepalive requests have taken the room.
    return keepalive ? fetch(form.dataset.autosave, options).catch(() => null) : null;
  }
}

/** Sends to the server what it does not have. Two are never under way at once: the later would overtake. */
export async function push(state) {
  stopWaiting(state);
  const { form } = state;
  if (state.sending || state.stopped || state.submitting || isHalted() || !form.isConnected) return;
  const sent = serial(form);
  if (sent === state.stored) return;
  copy(state);
  state.sending = true;
  const answer = await post(form, JSON.parse(sent));
  state.sending = false;
  await settle(state, sent, answer);
  if (!state.stopped && !state.submitting && serial(form) !== state.stored) wait(state);
}

async function settle(state, sent, answer) {
  const { form } = state;
  const kept = state.safe === false ? "unsafe" : "local";
  if (answer?.status === 204) {
    skew = Date.parse(answer.headers.get("Date")) - Date.now() || 0;
    stored(state, sent, answer.headers.get("X-Saved-At") ?? "");
  } else if (answer?.status === 409) {
    state.stopped = true;
    showState(form, "newer", { address: answer.headers.get("Location") ?? "" });
  } else if (answer?.status === 401) {
    state.stopped = state.loggedOut = true;
    showState(form, kept);
    openLogin();
  } else if (answer?.status === 422 && !state.renewed && (await refreshToken())) {
    // The page had become too old to send. Once: a second refusal has another reason.
    state.renewed = true;
    await push(state);
  } else showState(form, answer && kept === "local" ? "failed" : kept);
}

/** The server has `sent`: the copy on this machine has done its work, unless it is newer than that. */
export function stored(state, sent, savedAt) {
  const { form } = state;
  state.stored = sent;
  state.base = savedAt;
  state.renewed = false;
  const key = keyOf(recordOf(form));
  if (JSON.stringify(getCopy(key)?.pairs) === sent) {
    dropCopy(key);
    state.copied = null;
  }
  showState(form, "saved");
  // A reload finds the draft.
  const address = form.dataset.draftUrl;
  if (address && address !== location.pathname) history.replaceState(history.state, "", address);
}

/** While the form itself is sent, an autosave would arrive after it and look like a newer draft. */
export function holdBack(state) {
  state.submitting = true;
  state.submitted = serial(state.form);
  copy(state);
  stopWaiting(state);
  clearTimeout(state.giveUp);
  state.giveUp = setTimeout(release, GIVEN_UP, state);
}

/** The sending is over and the page still here. */
export function release(state) {
  clearTimeout(state.giveUp);
  state.submitting = false;
  if (state.form.isConnected && serial(state.form) !== state.stored) wait(state);
}
