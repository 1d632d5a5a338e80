import { skip, TOKEN } from '../characters.js';
import type { Scanner } from '../scanner.js';
import { LONG } from '../signs.js';

const DOT = 0x2e;
const SHORTEST_HEADER = 10;
const SHORTEST_CLAIMS = 4;
const MOST_PARTS = 5;

/** JSON web tokens, signed or encrypted: base64url of `{"`, a dot, and up to four further parts. */
export const jwtScanner: Scanner = {
  name: 'jwt',
  signs: LONG,
  scan(text, found) {
    let at = text.indexOf('eyJ');
    while (at >= 0) {
      let end = skip(text, at, TOKEN);
      if (end - at >= SHORTEST_HEADER && text.charCodeAt(end) === DOT) {
        let parts = 1;
        const claims = skip(text, end + 1, TOKEN);
        const isToken = claims - end > SHORTEST_CLAIMS;
        while (parts < MOST_PARTS && text.charCodeAt(end) === DOT) {
          end = skip(text, end + 1, TOKEN);
          parts += 1;
        }
        if (isToken) found(at, end);
      }
      at = text.indexOf('eyJ', end);
    }
  },
};
