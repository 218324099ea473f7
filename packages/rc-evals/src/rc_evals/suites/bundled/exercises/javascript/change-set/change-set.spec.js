import { apply, diff, invert } from './change-set';

const BEFORE = {
  mode: 'code',
  limits: { requests: 10, tokens: { in: 1, out: 2 } },
  tools: ['read', 'write'],
  old: { deep: true },
};
const AFTER = {
  limits: { tokens: { out: 3, in: 1 }, requests: 10, cost: 5 },
  mode: 'ask',
  tools: ['read'],
};

const frozen = (value) => {
  if (value !== null && typeof value === 'object') {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
};

describe('diff', () => {
  test('lists what was added, removed and replaced in the order of sorted keys', () => {
    expect(diff(BEFORE, AFTER)).toStrictEqual([
      { path: ['limits', 'cost'], to: 5 },
      { path: ['limits', 'tokens', 'out'], from: 2, to: 3 },
      { path: ['mode'], from: 'code', to: 'ask' },
      { path: ['old'], from: { deep: true } },
      { path: ['tools'], from: ['read', 'write'], to: ['read'] },
    ]);
  });

  test('finds nothing in equal values, whatever the order of their keys', () => {
    expect(diff({ a: [{ x: 1, y: null }], b: {} }, { b: {}, a: [{ y: null, x: 1 }] })).toEqual([]);
    expect(diff(null, null)).toEqual([]);
    expect(diff([1, [2]], [1, [2]])).toEqual([]);
  });

  test('does not confuse null, arrays, objects, zero and absence', () => {
    expect(diff({ a: null, b: [], c: 0 }, { a: {}, b: {}, c: null, d: null })).toStrictEqual([
      { path: ['a'], from: null, to: {} },
      { path: ['b'], from: [], to: {} },
      { path: ['c'], from: 0, to: null },
      { path: ['d'], to: null },
    ]);
    expect(diff([1, 2], { 0: 1, 1: 2 })).toStrictEqual([{ path: [], from: [1, 2], to: { 0: 1, 1: 2 } }]);
  });

  test('sees only own keys', () => {
    expect(diff({}, { toString: 1 })).toStrictEqual([{ path: ['toString'], to: 1 }]);
    expect(diff({ constructor: 1 }, {})).toStrictEqual([{ path: ['constructor'], from: 1 }]);
  });
});

describe('apply', () => {
  test('makes every change on a value that is left alone', () => {
    const changes = frozen(diff(BEFORE, AFTER));
    expect(apply(frozen(structuredClone(BEFORE)), changes)).toEqual(AFTER);
  });

  test('gives a result that shares nothing with its input', () => {
    const value = { keep: { list: [1] } };
    const changes = [{ path: ['new'], to: { list: [1] } }];
    const result = apply(value, changes);
    result.keep.list.push(2);
    result.new.list.push(2);
    expect(value).toEqual({ keep: { list: [1] } });
    expect(changes).toEqual([{ path: ['new'], to: { list: [1] } }]);
  });

  test('can replace the whole value', () => {
    expect(apply([1], [{ path: [], from: [1], to: { a: 1 } }])).toEqual({ a: 1 });
  });

  test.each([
    ['another value is there', { path: ['limits', 'requests'], from: 11, to: 12 }, 'limits/requests'],
    ['something is there already', { path: ['limits', 'requests'], to: 12 }, 'limits/requests'],
    ['nothing is there to replace', { path: ['limits', 'none'], from: 1, to: 2 }, 'limits/none'],
    ['nothing is there to remove', { path: ['toString'], from: 1 }, 'toString'],
    ['the way is missing', { path: ['none', 'at', 'all'], to: 1 }, 'none/at/all'],
    ['the way leads through an array', { path: ['tools', '0'], from: 'read', to: 'x' }, 'tools/0'],
    ['the way leads through null', { path: ['nil', 'x'], to: 1 }, 'nil/x'],
  ])('refuses a change when %s', (_, change, path) => {
    expect(() => apply({ ...BEFORE, nil: null }, [change])).toThrow(path);
  });

  test('never touches a prototype', () => {
    for (const path of [['__proto__', 'polluted'], ['limits', '__proto__']]) {
      expect(() => apply(BEFORE, [{ path, to: { x: 1 } }])).toThrow(path.join('/'));
    }
    expect(() => apply({}, [{ path: ['constructor', 'prototype', 'polluted'], to: 1 }])).toThrow();
    expect({}.polluted).toBeUndefined();
  });
});

describe('invert', () => {
  test('leads back', () => {
    const changes = frozen(diff(BEFORE, AFTER));
    expect(apply(AFTER, invert(changes))).toEqual(BEFORE);
  });

  test('takes back the last change first', () => {
    const changes = [
      { path: ['a'], to: {} },
      { path: ['a', 'b'], to: 1 },
      { path: ['a', 'b'], from: 1, to: 2 },
    ];
    expect(apply({}, changes)).toEqual({ a: { b: 2 } });
    expect(apply({ a: { b: 2 } }, invert(changes))).toEqual({});
  });
});
