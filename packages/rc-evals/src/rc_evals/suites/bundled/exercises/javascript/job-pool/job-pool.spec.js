import { runAll } from './job-pool';

// Jobs that end when the test says so; `started` lists their numbers in the order of their start.
const manualJobs = (count) => {
  const started = [];
  const ends = [];
  const jobs = Array.from({ length: count }, (_, index) => () => {
    started.push(index);
    return new Promise((resolve, reject) => {
      ends[index] = { resolve, reject };
    });
  });
  return { jobs, started, ends };
};

// Everything that can happen without a further job ending has happened after this.
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('results stand in the order of the jobs, not of their ends', async () => {
  const { jobs, ends } = manualJobs(3);
  const all = runAll(jobs, { limit: 3 });
  await settled();
  for (const index of [2, 0, 1]) {
    ends[index].resolve(`r${index}`);
    await settled();
  }
  expect(await all).toEqual([
    { status: 'done', value: 'r0' },
    { status: 'done', value: 'r1' },
    { status: 'done', value: 'r2' },
  ]);
});

test('no more jobs run at once than the limit allows', async () => {
  const { jobs, started, ends } = manualJobs(5);
  const all = runAll(jobs, { limit: 2 });
  for (let index = 0; index < 5; index += 1) {
    await settled();
    expect(started).toEqual([0, 1, 2, 3, 4].slice(0, index + 2));
    ends[index].resolve();
  }
  expect(await all).toHaveLength(5);
});

test('a slow job holds up nothing but its own place', async () => {
  const { jobs, started, ends } = manualJobs(5);
  const all = runAll(jobs, { limit: 2 });
  await settled();
  for (const index of [1, 2, 3]) {
    ends[index].resolve();
    await settled();
    expect(started).toHaveLength(index + 2);
  }
  ends[4].resolve();
  ends[0].resolve();
  expect((await all).map((entry) => entry.status)).toEqual(Array(5).fill('done'));
});

test('plain values, exceptions and rejections are all results', async () => {
  const boom = new Error('boom');
  const no = new Error('no');
  const jobs = [
    () => 1,
    () => {
      throw boom;
    },
    async () => undefined,
    () => Promise.reject(no),
    () => 2,
  ];
  expect(await runAll(jobs, { limit: 1 })).toStrictEqual([
    { status: 'done', value: 1 },
    { status: 'failed', error: boom },
    { status: 'done', value: undefined },
    { status: 'failed', error: no },
    { status: 'done', value: 2 },
  ]);
});

test('with stopOnError nothing starts after a failure, and what runs is awaited', async () => {
  const { jobs, started, ends } = manualJobs(5);
  const all = runAll(jobs, { limit: 3, stopOnError: true });
  await settled();
  const error = new Error('enough');
  ends[1].reject(error);
  await settled();
  ends[0].resolve('a');
  await settled();
  ends[2].resolve('c');
  expect(await all).toStrictEqual([
    { status: 'done', value: 'a' },
    { status: 'failed', error },
    { status: 'done', value: 'c' },
    { status: 'skipped' },
    { status: 'skipped' },
  ]);
  expect(started).toEqual([0, 1, 2]);
});

test('with stopOnError a job that throws at once stops those behind it', async () => {
  const { jobs, started } = manualJobs(2);
  const broken = () => {
    throw undefined;
  };
  const results = await runAll([broken, ...jobs], { limit: 1, stopOnError: true });
  expect(results).toStrictEqual([
    { status: 'failed', error: undefined },
    { status: 'skipped' },
    { status: 'skipped' },
  ]);
  expect(started).toEqual([]);
});

test('progress counts the jobs that ended, well or badly', async () => {
  const seen = [];
  const { jobs, ends } = manualJobs(4);
  const onProgress = (...counts) => seen.push(counts);
  const all = runAll(jobs, { limit: 2, stopOnError: true, onProgress });
  await settled();
  expect(seen).toEqual([]);
  ends[1].resolve();
  await settled();
  expect(seen).toEqual([[1, 4]]);
  ends[0].reject(new Error('no'));
  await settled();
  ends[2].resolve();
  await all;
  expect(seen).toEqual([
    [1, 4],
    [2, 4],
    [3, 4],
  ]);
});

test('no jobs, no work', async () => {
  expect(await runAll([], { limit: 4 })).toEqual([]);
});

test.each([0, -1, 1.5, NaN, '2', undefined])('the limit %p is refused before any job starts', async (limit) => {
  const { jobs, started } = manualJobs(2);
  await expect(runAll(jobs, { limit })).rejects.toThrow(RangeError);
  expect(started).toEqual([]);
});
