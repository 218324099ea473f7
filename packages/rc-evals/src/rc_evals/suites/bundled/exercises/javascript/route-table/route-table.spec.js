import { RouteTable } from './route-table';

const table = (...patterns) => {
  const routes = new RouteTable();
  patterns.forEach((pattern) => routes.add(pattern, pattern));
  return routes;
};

const found = (routes, path) => {
  const match = routes.match(path);
  return match && [match.handler, { ...match.params }];
};

test('literals match themselves and nothing else', () => {
  const routes = table('/', '/users', '/users/all');
  expect(found(routes, '/')).toEqual(['/', {}]);
  expect(found(routes, '/users')).toEqual(['/users', {}]);
  expect(found(routes, '/users/all')).toEqual(['/users/all', {}]);
  for (const path of ['/user', '/Users', '/users/none', '/users/all/more', 'users', '']) {
    expect(routes.match(path)).toBeNull();
  }
});

test('a parameter is exactly one segment', () => {
  const routes = table('/users/:id/files/:file');
  expect(found(routes, '/users/7/files/a.txt')).toEqual(['/users/:id/files/:file', { id: '7', file: 'a.txt' }]);
  expect(routes.match('/users/7/files')).toBeNull();
  expect(routes.match('/users/7/files/a/b')).toBeNull();
});

test('a rest is one or more segments', () => {
  const routes = table('/static/*path');
  expect(found(routes, '/static/x')).toEqual(['/static/*path', { path: 'x' }]);
  expect(found(routes, '/static/css/site.css')).toEqual(['/static/*path', { path: 'css/site.css' }]);
  expect(routes.match('/static')).toBeNull();
  expect(routes.match('/static/')).toBeNull();
});

test('the order of adding does not matter', () => {
  const patterns = ['/*all', '/:one', '/a', '/a/*all', '/a/:x', '/a/b'];
  for (const routes of [table(...patterns), table(...patterns.reverse())]) {
    const winners = ['/a', '/b', '/a/b', '/a/c', '/a/c/d', '/b/c'].map((path) => found(routes, path)[0]);
    expect(winners).toEqual(['/a', '/:one', '/a/b', '/a/:x', '/a/*all', '/*all']);
  }
});

test('the first segment that differs decides', () => {
  expect(found(table('/:x/b', '/a/:y'), '/a/b')).toEqual(['/a/:y', { y: 'b' }]);
  expect(found(table('/:x/b/c', '/a/*rest'), '/a/b/c')).toEqual(['/a/*rest', { rest: 'b/c' }]);
});

test('a promising beginning that leads nowhere hides nothing', () => {
  const routes = table('/:kind/new', '/users/:id/edit', '/users/:id/*rest', '/*all');
  expect(found(routes, '/users/new')).toEqual(['/:kind/new', { kind: 'users' }]);
  expect(found(routes, '/users/7/edit')).toEqual(['/users/:id/edit', { id: '7' }]);
  expect(found(routes, '/users/7/edit/now')).toEqual(['/users/:id/*rest', { id: '7', rest: 'edit/now' }]);
  expect(found(routes, '/users/7')).toEqual(['/*all', { all: 'users/7' }]);
});

test('the query and one slash at the end are ignored', () => {
  const routes = table('/', '/a/:x');
  expect(found(routes, '/a/b/?q=1/2')).toEqual(['/a/:x', { x: 'b' }]);
  expect(found(routes, '/?q')).toEqual(['/', {}]);
  for (const path of ['/a//', '/a/b//', '//', '//a/b', '/a//b']) {
    expect(routes.match(path)).toBeNull();
  }
});

test('segments are decoded after the path was cut', () => {
  const routes = table('/files/:name', '/caf\u00e9/*rest');
  expect(found(routes, '/files/a%2Fb%20c')).toEqual(['/files/:name', { name: 'a/b c' }]);
  expect(found(routes, '/files/what%3F')).toEqual(['/files/:name', { name: 'what?' }]);
  expect(found(routes, '/caf%C3%A9/x%2Fy/z')).toEqual(['/caf\u00e9/*rest', { rest: 'x/y/z' }]);
  expect(routes.match('/files/%E0%A4%A')).toBeNull();
  expect(found(routes, '/files/:name')).toEqual(['/files/:name', { name: ':name' }]);
});

test('no text is special', () => {
  const routes = table('/constructor', '/__proto__/:id');
  expect(found(routes, '/constructor')[0]).toBe('/constructor');
  expect(found(routes, '/__proto__/7')).toEqual(['/__proto__/:id', { id: '7' }]);
  expect(routes.match('/toString')).toBeNull();
  expect(routes.match('/__proto__')).toBeNull();
  const { params } = table('/:__proto__').match('/x');
  expect(Object.entries(params)).toEqual([['__proto__', 'x']]);
});

test.each(['', 'a', '//', '/a/', '/a//b', '/:', '/a/*', '/*rest/b', '/:x/:x', '/:x/*x'])(
  'the pattern "%s" is refused and changes nothing',
  (pattern) => {
    const routes = table('/fine/:x');
    expect(() => routes.add(pattern, 'bad')).toThrow(Error);
    expect(found(routes, '/fine/1')).toEqual(['/fine/:x', { x: '1' }]);
    expect(routes.match('/b')).toBeNull();
  },
);

test('two patterns of the same shape are refused', () => {
  const routes = table('/a/:x', '/b/*rest', '/c', '/:p/c/:q');
  for (const pattern of ['/a/:y', '/b/*all', '/c', '/:q/c/:p']) {
    expect(() => routes.add(pattern, 'second')).toThrow(Error);
  }
  expect(found(routes, '/a/1')).toEqual(['/a/:x', { x: '1' }]);
  routes.add('/a/*x', 'other shape');
  expect(found(routes, '/a/1/2')).toEqual(['other shape', { x: '1/2' }]);
});
