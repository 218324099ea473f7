// Wrong: a job that throws before it returns a promise rejects everything.

export const runAll = async (jobs, { limit, stopOnError = false, onProgress } = {}) => {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new RangeError(`limit must be a whole number of at least 1, not ${limit}`);
  }
  const results = jobs.map(() => ({ status: 'skipped' }));
  let next = 0;
  let ended = 0;
  let stopped = false;

  const run = async (job) => {
    const promise = job();
    try {
      return { status: 'done', value: await promise };
    } catch (error) {
      stopped = stopOnError;
      return { status: 'failed', error };
    }
  };

  const worker = async () => {
    while (next < jobs.length && !stopped) {
      const index = next;
      next += 1;
      results[index] = await run(jobs[index]);
      ended += 1;
      onProgress?.(ended, jobs.length);
    }
  };

  await Promise.all(Array.from({ length: Math.min(limit, jobs.length) }, worker));
  return results;
};
