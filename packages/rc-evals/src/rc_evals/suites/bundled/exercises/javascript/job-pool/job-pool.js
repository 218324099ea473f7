export const runAll = (jobs, { limit, stopOnError = false, onProgress } = {}) => {
  throw new Error('runAll is not written yet');
};
