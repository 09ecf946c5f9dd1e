/** Starts the behaviours of the page. Each works by delegation: swapped-in content needs no start. */
import { startAnnouncements } from "./js/announce.js";
import { startAutosave } from "./js/autosave.js";
import { startErrors } from "./js/errors.js";
import { startFocus } from "./js/focus.js";
import { startKeys } from "./js/keys.js";
import { startLogin } from "./js/login.js";
import { startPrinting } from "./js/page.js";
import { startPending } from "./js/pending.js";
import { startSession } from "./js/session.js";
import { startShowPassword } from "./js/show-password.js";
import { startSideForms } from "./js/side-forms.js";
import { startSuggest } from "./js/suggest.js";
import { startUnfolding } from "./js/unfold.js";

startSession();
startAnnouncements();
startErrors();
startLogin();
startFocus();
startKeys();
startUnfolding();
startSideForms();
startPending();
startAutosave();
startSuggest();
startShowPassword();
startPrinting();
