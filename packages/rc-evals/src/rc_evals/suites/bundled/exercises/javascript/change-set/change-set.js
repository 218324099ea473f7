export const diff = (before, after) => {
  throw new Error('diff is not written yet');
};

export const apply = (value, changes) => {
  throw new Error('apply is not written yet');
};

export const invert = (changes) => {
  throw new Error('invert is not written yet');
};
