/* The small parts of every page (app.js lists them): `collectstatic` writes what is imported here into this one file.
   Not a part of app.js, for what that loads later imports these parts again, and a file's name is made of what it names. */
import "./trusted.js";
import { onAdded } from "./added.js";
import "./combobox.js";
import "./copy.js";
import "./dialogs.js";
import "./forms.js";
import "./keys.js";
import "./offline.js";
import "./toasts.js";
import "./transitions.js";

export { onAdded };
