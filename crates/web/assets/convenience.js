// Conveniences of pages that work without them: nothing here decides, and nothing is sent anywhere but to where the page came from.
"use strict";

// --- suggestions of a search box (WAI-ARIA: editable combobox with list autocomplete) ---------------------------------------

const suggest = (box) => {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `${box.id}-suggestions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.suggestionsLabel);
  list.hidden = true;
  box.parentElement.classList.add("suggested");
  box.parentElement.append(list);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-expanded", "false");
  box.setAttribute("aria-controls", list.id);
  let asked = 0;
  let waiting;
  let chosen = -1;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const choose = (place) => {
    const lines = [...list.children];
    chosen = (place + lines.length) % lines.length;
    for (const [number, line] of lines.entries()) {
      line.setAttribute("aria-selected", String(number === chosen));
    }
    box.setAttribute("aria-activedescendant", lines[chosen].id);
  };
  const go = (line) => {
    location.href = line.dataset.href;
  };
  const show = (found) => {
    list.replaceChildren(
      ...found.map(({ name, code }, number) => {
        const line = document.createElement("li");
        line.id = `${list.id}-${number}`;
        line.setAttribute("role", "option");
        line.setAttribute("aria-selected", "false");
        line.lang = "zh-Hans";
        line.dataset.href = `${box.dataset.suggestionsTo}${encodeURIComponent(code)}`;
        const words = document.createElement("bdi");
        words.textContent = name;
        const number_of = document.createElement("span");
        number_of.className = "code";
        number_of.textContent = code;
        line.append(words, number_of);
        line.addEventListener("mousedown", (event) => {
          event.preventDefault();
          go(line);
        });
        return line;
      }),
    );
    list.hidden = found.length === 0;
    chosen = -1;
    box.setAttribute("aria-expanded", String(!list.hidden));
    box.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    const name = box.value.trim();
    const number = ++asked;
    if ([...name].length < 2) {
      close();
      return;
    }
    try {
      const answer = await fetch(`${box.dataset.suggestions}${encodeURIComponent(name)}`);
      const found = answer.ok ? (await answer.json()).results : [];
      // A later question was asked meanwhile: this answer comes too late.
      if (number === asked && document.activeElement === box) {
        show(found);
      }
    } catch {
      close();
    }
  };
  const ask_soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  };
  // While an input method composes characters, what stands in the box is not what is meant, and its keys are the method's own.
  box.addEventListener("input", (event) => {
    if (!event.isComposing) {
      ask_soon();
    }
  });
  box.addEventListener("compositionend", ask_soon);
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) {
      return;
    }
    if (event.key === "ArrowDown") {
      choose(chosen + 1);
    } else if (event.key === "ArrowUp") {
      choose(chosen < 0 ? -1 : chosen - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      go(list.children[chosen]);
    } else if (event.key === "Escape") {
      close();
    } else {
      return;
    }
    event.preventDefault();
  });
};

for (const box of document.querySelectorAll("input[data-suggestions]")) {
  suggest(box);
}

// --- a form is sent once ------------------------------------------------------------------------------------------------------

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
    }
    form.dataset.sent = "yes";
  });
}
// Back from the next page, the form may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
  }
});

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
