/* The review desk by keyboard: j and k walk, p passes, r and d go to the reason first. All of it can be clicked too. */
(function () {
  "use strict";
  var doc = document;
  function key(name) {
    return doc.querySelector("[data-key='" + name + "']");
  }
  function reason() {
    return doc.querySelector("form[data-review] textarea[name=reason]");
  }
  var wanted = null; // the verdict that waits for its reason
  function ask(button) {
    wanted = button;
    var box = reason();
    box.focus();
    box.setAttribute("aria-required", "true");
    box.scrollIntoView({ block: "center" });
  }
  doc.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (typing) {
      if (event.key === "Escape") event.target.blur();
      if (event.key === "Enter" && event.shiftKey && wanted && event.target === reason()) {
        event.preventDefault();
        wanted.click();
      }
      return;
    }
    var target = /^[jkprd]$/.test(event.key) ? key(event.key) : null;
    if (!target) return;
    event.preventDefault();
    if (target.hasAttribute("data-needs") && !reason().value.trim()) ask(target);
    else target.click();
  });
  doc.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-needs]") : null;
    if (button && !reason().value.trim()) {
      event.preventDefault();
      ask(button);
    }
  });
})();
