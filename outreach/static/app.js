// Starts the components' own behaviour. Every page works without it.
import { initAll } from "./build/govuk-frontend.min.js";

initAll();
