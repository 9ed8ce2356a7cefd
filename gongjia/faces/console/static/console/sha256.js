/* SHA-256 of a short text, in hexadecimal. The browser's own needs a secure address, which a hall's network may lack. */
(function () {
  "use strict";
  var K = [];
  var H = [];
  (function () {
    var found = 0;
    for (var n = 2; found < 64; n++) {
      var prime = true;
      for (var d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
      if (!prime) continue;
      if (found < 8) H.push(fraction(Math.pow(n, 1 / 2)));
      K.push(fraction(Math.pow(n, 1 / 3)));
      found++;
    }
  })();
  function fraction(x) {
    return ((x - Math.floor(x)) * 4294967296) | 0;
  }
  function turn(x, n) {
    return (x >>> n) | (x << (32 - n));
  }
  window.sha256 = function (text) {
    var bytes = unescape(encodeURIComponent(text));
    var length = bytes.length;
    var words = [];
    for (var i = 0; i < length; i++) words[i >> 2] |= bytes.charCodeAt(i) << (24 - (i % 4) * 8);
    words[length >> 2] |= 0x80 << (24 - (length % 4) * 8);
    var total = (((length + 8) >> 6) + 1) * 16;
    words[total - 1] = length * 8;
    for (i = 0; i < total; i++) words[i] = words[i] | 0;
    var state = H.slice();
    for (var block = 0; block < total; block += 16) {
      var w = words.slice(block, block + 16);
      for (i = 16; i < 64; i++) {
        var s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        var s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      var a = state[0], b = state[1], c = state[2], d = state[3]; // prettier-ignore
      var e = state[4], f = state[5], g = state[6], h = state[7]; // prettier-ignore
      for (i = 0; i < 64; i++) {
        var t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        var t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g;
        g = f;
        f = e;
        e = (d + t1) | 0;
        d = c;
        c = b;
        b = a;
        a = (t1 + t2) | 0;
      }
      var next = [a, b, c, d, e, f, g, h];
      for (i = 0; i < 8; i++) state[i] = (state[i] + next[i]) | 0;
    }
    return state
      .map(function (x) {
        return ("00000000" + (x >>> 0).toString(16)).slice(-8);
      })
      .join("");
  };
})();
