// Wrong: works in batches: a slow job holds up all others.

export const runAll = async (jobs, { limit, stopOnError = false, onProgress } = {}) => {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new RangeError(`limit must be a whole number of at least 1, not ${limit}`);
  }
  const results = jobs.map(() => ({ status: 'skipped' }));
  let next = 0;
  let ended = 0;
  let stopped = false;

  const run = async (job) => {
    try {
      return { status: 'done', value: await job() };
    } catch (error) {
      stopped = stopOnError;
      return { status: 'failed', error };
    }
  };

  const step = async (index) => {
    results[index] = await run(jobs[index]);
    ended += 1;
    onProgress?.(ended, jobs.length);
  };

  for (; next < jobs.length && !stopped; next += limit) {
    const batch = jobs.slice(next, next + limit);
    await Promise.all(batch.map((_, offset) => step(next + offset)));
  }
  return results;
};
