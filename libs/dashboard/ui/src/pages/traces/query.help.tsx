import { Popover } from '../../parts/popover.tsx';

const EXAMPLES: readonly (readonly [string, string])[] = [
  ['checkout', 'a word in the name, the status message or any value'],
  ['"payment declined"', 'several words in this order'],
  ['http.response.status_code>=500', 'an attribute compared: = != > >= < <='],
  ['enduser.id="u-1"', 'a value with quotes, where it has spaces or signs'],
  ['db.query.text~orders', 'a value that contains a text'],
  ['-cache.hit=true', 'not so'],
  [
    'service=order kind=client duration>5ms',
    'the span itself: name, service, kind, duration (ns, us, ms, s, m)',
  ],
];

/** How an attribute query is written. */
export function QueryHelp() {
  return (
    <Popover title="Query help" heading="Attribute queries">
      <p className="hint">A trace is shown when one of its spans fulfils all that is asked.</p>
      <table>
        <tbody>
          {EXAMPLES.map(([query, meaning]) => (
            <tr key={query}>
              <th scope="row" style={{ whiteSpace: 'nowrap' }}>
                <code>{query}</code>
              </th>
              <td>{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Popover>
  );
}
