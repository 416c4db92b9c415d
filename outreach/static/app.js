// Starts the components' own behaviour. Every page works without it.
import { initAll } from "./build/govuk-frontend.min.js";

initAll();

// An address that is there to be copied gets a button; without a script it can be selected in its box.
for (const row of document.querySelectorAll("[data-copy]")) {
  const input = row.querySelector("input");
  input.addEventListener("focus", () => input.select());
  if (!navigator.clipboard) continue;
  const button = document.createElement("button");
  const told = document.createElement("span");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary app-address__button";
  button.textContent = "Copy address";
  told.className = "govuk-visually-hidden";
  told.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(input.value);
      button.textContent = "Copied";
      told.textContent = "The address was copied";
    } catch {
      input.focus();
    }
  });
  row.append(button, told);
}

// What is being worked on says by itself how far it is; without a script there is a link to look again.
const watched = document.querySelector("[data-watch]");
if (watched) {
  watched.setAttribute("aria-live", "polite");
  const look = async () => {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.getElementById(watched.id);
      if (!now || !now.hasAttribute("data-watch")) return location.reload();
      if (now.innerHTML !== watched.innerHTML) watched.replaceChildren(...now.childNodes);
    } catch {
      // The connection may be back the next time.
    }
    setTimeout(look, 3000);
  };
  setTimeout(look, 3000);
}
