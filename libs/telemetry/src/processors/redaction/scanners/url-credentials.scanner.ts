import type { Scanner } from '../scanner.js';
import { AT } from '../signs.js';
import { endOfMark } from '../strategies.js';

const SCHEME_END = '://';
const LONGEST_USERINFO = 2048;
const SPACE = 0x20;
const AT_SIGN = 0x40;
const ENDS = new Set('/?#"\'<>\\'.split('').map((mark) => mark.charCodeAt(0)));

/** User and password in URLs and connection strings: `postgres://user:password@host`. The host stays. */
export const urlCredentialsScanner: Scanner = {
  name: 'url_credentials',
  signs: AT,
  scan(text, found) {
    let scheme = text.indexOf(SCHEME_END);
    while (scheme >= 0) {
      const start = scheme + SCHEME_END.length;
      const limit = Math.min(text.length, start + LONGEST_USERINFO);
      let at = start;
      let last = -1;
      for (; at < limit; at++) {
        const code = text.charCodeAt(at);
        if (code <= SPACE || ENDS.has(code)) break;
        // A password may hold an unescaped @.
        if (code === AT_SIGN) last = at;
      }
      if (last > start && endOfMark(text, start) !== last) found(start, last);
      scheme = text.indexOf(SCHEME_END, at);
    }
  },
};
