/** What an expression asks for. */
export interface Selector {
  readonly name: string;
  /** Labels its conditions are about. */
  readonly labels: readonly string[];
}

const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const OPERATORS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'atan2', 'inf', 'nan']);

/** The series an expression selects: every name in it that is no function, operator or label. */
export function selectorsOf(expression: string): Selector[] {
  const found = withoutText(expression)
    .replaceAll(GROUPING, '')
    .matchAll(/(?<![\w.:])([a-zA-Z_:][\w:]*)(\s*\()?(?:\{([^}]*)\})?/g);
  return [...found]
    .filter(([, name = '', isCall]) => isCall === undefined && !OPERATORS.has(name.toLowerCase()))
    .map(([, name = '', , conditions = '']) => ({
      name,
      labels: [...conditions.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
    }));
}

/** Labels an expression groups by. */
export function groupingsOf(expression: string): string[] {
  return [...withoutText(expression).matchAll(GROUPING)].flatMap(([, labels = '']) =>
    labels.split(',').map((label) => label.trim()),
  );
}

/** Without what stands between quotes, and without ranges. */
function withoutText(expression: string): string {
  return expression.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').replaceAll(/\[[^\]]*\]/g, '');
}
