/* Small comforts of the log-in pages; each page works without them. */
(function () {
  "use strict";

  // A scanned slip carries its code behind "#", which the browser never sends to any server.
  var slip = document.getElementById("f-slip");
  if (slip && location.hash.length > 1) {
    slip.value = decodeURIComponent(location.hash.slice(1)).slice(0, 40);
    history.replaceState(null, "", location.pathname + location.search);
    slip.form.querySelector("button").focus();
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-print]"), function (button) {
    button.addEventListener("click", function () { window.print(); });
  });

  // "Send again" counts down the minute that has to pass anyway.
  Array.prototype.forEach.call(document.querySelectorAll("button[data-wait]"), function (button) {
    var words = button.textContent;
    var left = parseInt(button.getAttribute("data-wait"), 10);
    (function tick() {
      button.disabled = left > 0;
      button.textContent = left > 0 ? words + "（" + left + " 秒）" : words;
      if (left > 0) {
        left -= 1;
        setTimeout(tick, 1000);
      }
    })();
  });
})();
