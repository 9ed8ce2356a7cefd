/* The door page without network: the page and what it needs are kept while a door pack is, and not a moment longer. */
(function () {
  "use strict";
  var NAME = "gongjia-door";
  self.addEventListener("install", function () {
    self.skipWaiting();
  });
  self.addEventListener("activate", function (event) {
    event.waitUntil(self.clients.claim());
  });
  self.addEventListener("message", function (event) {
    var port = event.ports && event.ports[0];
    function answer(words) {
      if (port) port.postMessage(words);
    }
    var data = event.data || {};
    if (data.keep) {
      event.waitUntil(
        caches
          .open(NAME)
          .then(function (cache) {
            return cache.addAll(
              data.keep.map(function (url) {
                return new Request(url, { credentials: "same-origin" });
              })
            );
          })
          .then(
            function () {
              answer("kept");
            },
            function () {
              answer("not kept");
            }
          )
      );
    }
    if (data.forget) {
      event.waitUntil(
        caches.delete(NAME).then(function () {
          answer("forgotten");
        })
      );
    }
  });
  self.addEventListener("fetch", function (event) {
    var request = event.request;
    if (request.method !== "GET") return;
    event.respondWith(
      fetch(request).catch(function (fault) {
        return caches
          .open(NAME)
          .then(function (cache) {
            return cache.match(request, { ignoreVary: true });
          })
          .then(function (kept) {
            if (kept) return kept;
            throw fault;
          });
      })
    );
  });
})();
