// Wrong: sees inherited properties as keys.

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

const equal = (left, right) => {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  }
  if (isObject(left) && isObject(right)) {
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]))
    );
  }
  return left === right;
};

export const diff = (before, after, path = []) => {
  if (!isObject(before) || !isObject(after)) {
    return equal(before, after) ? [] : [{ path, from: before, to: after }];
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => {
    const here = [...path, key];
    if (!(key in before)) return [{ path: here, to: after[key] }];
    if (!(key in after)) return [{ path: here, from: before[key] }];
    return diff(before[key], after[key], here);
  });
};

const fits = (place, key, change) => {
  if (!isObject(place)) return false;
  const present = Object.hasOwn(place, key);
  return present === 'from' in change && (!present || equal(place[key], change.from));
};

export const apply = (value, changes) => {
  // The value hangs under one key of a holder, so that the top is changed like any other place.
  const holder = { top: structuredClone(value) };
  for (const change of changes) {
    const way = ['top', ...change.path];
    const last = way.pop();
    const place = way.reduce(
      (found, key) => (isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined),
      holder,
    );
    if (change.path.includes('__proto__') || !fits(place, last, change)) {
      throw new Error(`the change does not fit at ${change.path.join('/')}`);
    }
    if ('to' in change) place[last] = structuredClone(change.to);
    else delete place[last];
  }
  return holder.top;
};

export const invert = (changes) =>
  [...changes].reverse().map((change) => ({
    path: change.path,
    ...('to' in change && { from: change.to }),
    ...('from' in change && { to: change.from }),
  }));
