// Wrong: never comes back from a literal that leads nowhere.

const newNode = () => ({ literals: new Map(), parameter: null, rest: null, route: null });

const parse = (pattern) => {
  if (!pattern.startsWith('/')) throw new Error(`the pattern ${pattern} does not begin with /`);
  const segments = pattern === '/' ? [] : pattern.slice(1).split('/');
  const names = segments.filter((segment) => /^[:*]/.test(segment)).map((segment) => segment.slice(1));
  const early = segments.slice(0, -1).some((segment) => segment.startsWith('*'));
  if (early || segments.includes('') || names.includes('') || new Set(names).size < names.length) {
    throw new Error(`the pattern ${pattern} is malformed`);
  }
  return { segments, names };
};

const cut = (path) => {
  const [plain] = path.split('?', 1);
  if (!plain.startsWith('/')) return null;
  if (plain === '/') return [];
  const segments = plain.replace(/\/$/, '').slice(1).split('/');
  if (segments.includes('')) return null;
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return null;
  }
};

// Returns the route and the texts of its names, in the order of the segments.
const search = (node, segments, texts) => {
  if (segments.length === 0) return node.route && { route: node.route, texts };
  const [first, ...others] = segments;
  const literal = node.literals.get(first);
  if (literal) return search(literal, others, texts);
  return (
    (node.parameter && search(node.parameter, others, [...texts, first])) ||
    (node.rest && { route: node.rest.route, texts: [...texts, segments.join('/')] })
  );
};

const step = (node, segment) => {
  if (segment.startsWith(':')) return (node.parameter ??= newNode());
  if (segment.startsWith('*')) return (node.rest ??= newNode());
  if (!node.literals.has(segment)) node.literals.set(segment, newNode());
  return node.literals.get(segment);
};

export class RouteTable {
  #root = newNode();

  add(pattern, handler) {
    const { segments, names } = parse(pattern);
    const node = segments.reduce(step, this.#root);
    if (node.route) throw new Error(`the pattern ${pattern} has the shape of another one`);
    node.route = { handler, names };
  }

  match(path) {
    const segments = cut(path);
    const found = segments && search(this.#root, segments, []);
    if (!found) return null;
    const params = Object.fromEntries(found.route.names.map((name, index) => [name, found.texts[index]]));
    return { handler: found.route.handler, params };
  }
}
