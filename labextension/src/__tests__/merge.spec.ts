import { appendPage, mergeWindow } from '../merge';
import { aRun, manyRuns } from './fakeApi';

it('repeats no run that a page brings again', () => {
  const known = { runs: manyRuns(10, 5), cursor: 'run-5' };
  const page = { runs: manyRuns(6, 3), cursor: 'run-3' };
  expect(appendPage(known, page)).toEqual({
    runs: manyRuns(10, 3),
    cursor: 'run-3'
  });
});

it('keeps the deeper cursor when older runs stay below', () => {
  const known = { runs: manyRuns(10, 1), cursor: 'run-1' };
  const fresh = { runs: manyRuns(12, 8), cursor: 'run-8' };
  expect(mergeWindow(known, fresh)).toEqual({
    runs: manyRuns(12, 1),
    cursor: 'run-1'
  });
});

it('forgets everything when the server has nothing', () => {
  const known = { runs: [aRun(1)], cursor: null };
  expect(mergeWindow(known, { runs: [], cursor: null }).runs).toEqual([]);
});
