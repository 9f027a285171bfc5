import { ApiError } from '../problem';
import { RESULTS_INTERVAL, ResultsModel } from '../results';
import { aFile, aRun, FakeApi } from './fakeApi';

const ALIGNED = ['1', '2', '3', '4', '5'].map(name => `aligned/${name}.bam`);
const REPORT = 'multiqc/report.html';

describe('more results than a page', () => {
  let api: FakeApi;
  let results: ResultsModel;
  let grows: boolean;

  function write(...paths: string[]): void {
    api.files = [...api.files.map(({ path }) => path), ...paths]
      .sort()
      .map(path => aFile(path));
  }

  /** The paths of the files in an open folder. */
  function paths(name: string): readonly string[] | undefined {
    return results.folders.opened(name)?.files?.map(({ path }) => path);
  }

  /** The next answer about a folder comes when what is returned is called. */
  async function late(folder: string): Promise<() => void> {
    const { results: ask } = api;
    const old = await api.results('run-1', undefined, folder);
    let arrive = (): void => undefined;
    const answer = new Promise<typeof old>(resolve => {
      arrive = () => resolve(old);
    });
    const asked = jest.spyOn(api, 'results');
    asked.mockImplementation((runId, cursor, phase) => {
      if (phase !== folder) {
        return ask.call(api, runId, cursor, phase);
      }
      asked.mockRestore();
      return answer;
    });
    return arrive;
  }

  beforeEach(() => {
    jest.useFakeTimers();
    grows = false;
    api = new FakeApi();
    api.stored = [aRun(1)];
    write(...ALIGNED, REPORT, 'params.json');
    results = new ResultsModel({
      api,
      runId: 'run-1',
      row: null,
      mayGrow: () => grows,
      isShown: () => true,
      told: error => (error as Error).message
    });
  });

  afterEach(() => {
    results.dispose();
    jest.useRealTimers();
  });

  it('are folders, and the files that lie in none', async () => {
    await results.refresh();
    expect(results.folders.names).toEqual(['aligned', 'multiqc']);
    expect(results.folders.top?.files).toEqual([aFile('params.json')]);
    expect(results.hasMore).toBe(false);
    expect(api.calls).toEqual(['results run-1', 'results run-1 of .']);
  });

  it('are shown at once as long as they fit in a page', async () => {
    api.files = ['a/1', 'b/2', 'c'].map(path => aFile(path));
    await results.refresh();
    expect(results.folders.names).toBeNull();
    expect(results.files).toHaveLength(3);
    expect(api.calls).toEqual(['results run-1']);
  });

  it('are paged through at once where no folder is named', async () => {
    api.files = ['1', '2', '3', '4'].map(path => aFile(path));
    await results.refresh();
    expect(results.folders.names).toBeNull();
    expect(results.hasMore).toBe(true);
    await results.loadMore();
    expect(results.files).toHaveLength(4);
  });

  it('are fetched when their folder is opened, page by page', async () => {
    await results.refresh();
    api.calls = [];
    await results.folders.open('multiqc');
    expect(paths('multiqc')).toEqual([REPORT]);
    await results.folders.open('aligned');
    expect(paths('aligned')).toEqual(ALIGNED.slice(0, 3));
    await results.folders.opened('aligned')?.loadMore();
    expect(paths('aligned')).toEqual(ALIGNED);
    expect(results.folders.opened('aligned')?.hasMore).toBe(false);
    expect(api.calls).toEqual([
      'results run-1 of multiqc',
      'results run-1 of aligned',
      'results run-1 of aligned aligned/3.bam'
    ]);
  });

  it('are looked at again in open folders alone, each page once', async () => {
    grows = true;
    await results.refresh();
    await results.folders.open('aligned');
    await results.folders.opened('aligned')?.loadMore();
    await results.folders.open('multiqc');
    results.folders.close('multiqc');
    const following = results.follow();
    write('aligned/6.bam', 'multiqc/data.tsv', 'trimmed/1.fq');
    api.calls = [];
    await jest.advanceTimersByTimeAsync(RESULTS_INTERVAL);
    expect([...api.calls].sort()).toEqual([
      'results run-1',
      'results run-1 of .',
      'results run-1 of aligned',
      'results run-1 of aligned aligned/3.bam'
    ]);
    expect(results.folders.names).toEqual(['aligned', 'multiqc', 'trimmed']);
    expect(paths('aligned')).toEqual([...ALIGNED, 'aligned/6.bam']);
    expect(paths('multiqc')).toBeUndefined();
    following.dispose();
  });

  it('are asked for once when a folder is opened while all are looked at', async () => {
    await results.refresh();
    const arrive = await late('multiqc');
    api.calls = [];
    const looking = results.refresh();
    const opening = results.folders.open('multiqc');
    await looking;
    arrive();
    await opening;
    expect(paths('multiqc')).toEqual([REPORT]);
    expect(api.count('results run-1 of multiqc')).toBe(0); // but for the late one
  });

  it('are asked for once when a folder is opened, closed and opened', async () => {
    await results.refresh();
    const first = results.folders.open('multiqc');
    results.folders.close('multiqc');
    await Promise.all([first, results.folders.open('multiqc')]);
    expect(paths('multiqc')).toEqual([REPORT]);
    expect(api.count('results run-1 of multiqc')).toBe(1);
  });

  it('are not drawn again as long as nothing has changed', async () => {
    grows = true;
    await results.refresh();
    await results.folders.open('aligned');
    const drawn = jest.fn();
    results.changed.connect(drawn);
    const following = results.follow();
    await jest.advanceTimersByTimeAsync(5 * RESULTS_INTERVAL);
    expect(api.count('results run-1 of aligned')).toBeGreaterThan(3);
    expect(drawn).not.toHaveBeenCalled();
    write('trimmed/1.fq'); // behind the first page, which stays the same
    await jest.advanceTimersByTimeAsync(RESULTS_INTERVAL);
    expect(drawn).toHaveBeenCalled();
    following.dispose();
  });

  it('are not put back by an answer that comes late', async () => {
    await results.refresh();
    const arrive = await late('multiqc');
    const opening = results.folders.open('multiqc');
    write('multiqc/a.tsv');
    await results.refresh();
    arrive();
    await opening;
    expect(paths('multiqc')).toEqual(['multiqc/a.tsv', REPORT]);
  });

  it('say in their folder why they cannot be shown, and come when it can be', async () => {
    grows = true;
    await results.refresh();
    api.fault = new ApiError(502, 'S3 does not answer.');
    await results.folders.open('multiqc');
    const multiqc = results.folders.opened('multiqc');
    expect(multiqc?.error).toBe('S3 does not answer.');
    expect(results.error).toBe('');
    api.fault = null;
    await multiqc?.refresh();
    expect(multiqc?.error).toBe('');
    expect(paths('multiqc')).toEqual([REPORT]);
  });

  it('are asked for less often while a folder cannot be had', async () => {
    grows = true;
    await results.refresh();
    await results.folders.open('multiqc');
    const { results: ask } = api;
    jest
      .spyOn(api, 'results')
      .mockImplementation((runId, cursor, phase) =>
        phase === 'multiqc'
          ? Promise.reject(new ApiError(502, 'S3 does not answer.'))
          : ask.call(api, runId, cursor, phase)
      );
    // A Poll that backs off draws its pauses: the longest are drawn here.
    const drawn = jest.spyOn(Math, 'random').mockReturnValue(0.999);
    const following = results.follow();
    await jest.advanceTimersByTimeAsync(RESULTS_INTERVAL);
    expect(results.folders.error).toBe('S3 does not answer.');
    expect(paths('multiqc')).toEqual([REPORT]); // old, but there
    api.calls = [];
    await jest.advanceTimersByTimeAsync(20 * RESULTS_INTERVAL);
    expect(api.count('results run-1 of .')).toBeLessThan(10);
    following.dispose();
    drawn.mockRestore();
  });

  it('keep the one that is read in sight when they become too many', async () => {
    api.files = [aFile('aligned/1.bam'), aFile(REPORT)];
    await results.refresh();
    await results.open(api.files[1]);
    write('a.txt', 'aligned/2.bam', 'aligned/3.bam');
    await results.refresh();
    expect(paths('multiqc')).toEqual([REPORT]);
    expect(paths('aligned')).toBeUndefined();
    results.folders.close('multiqc');
    write('a/1.txt');
    await results.refresh();
    expect(results.folders.names).toContain('a');
    expect(paths('multiqc')).toBeUndefined();
  });

  describe('of which not all folders were found in time', () => {
    beforeEach(() => {
      api.mostPhases = 0;
    });

    it('are looked for until one is found, and to the end', async () => {
      await results.refresh();
      const { folders } = results;
      expect(folders.names).toEqual(['aligned']);
      expect(folders.top).toBeNull();
      expect(folders.search.isOver).toBe(false);
      await folders.look();
      expect(folders.names).toEqual(['aligned', 'multiqc']);
      expect(folders.search.isLooking).toBe(false);
      await folders.look();
      expect(folders.top?.files).toEqual([aFile('params.json')]);
      expect(folders.search.isOver).toBe(true);
      expect(results.files).toHaveLength(3); // no more than the first page is kept
    });

    it('are looked for through any number of pages', async () => {
      const many = Array.from(Array(40), (_, at) => `aligned/${at + 10}.bam`);
      write(...many);
      await results.refresh();
      const counts: number[] = [];
      const { folders } = results;
      results.changed.connect(() => counts.push(folders.search.count));
      await folders.look();
      expect(folders.names).toEqual(['aligned', 'multiqc']);
      expect(new Set(counts).size).toBeGreaterThan(10); // one sees how far it is
      api.calls = [];
      await results.refresh(); // does not look through them again
      expect(api.calls).toEqual(['results run-1', 'results run-1 of .']);
      expect(folders.names).toEqual(['aligned', 'multiqc']);
    });

    it('are looked for no further when that is stopped, and then from there', async () => {
      write(...Array.from(Array(40), (_, at) => `aligned/${at + 10}.bam`));
      await results.refresh();
      const { folders } = results;
      const looking = folders.look();
      folders.search.stop();
      await looking;
      expect(folders.search.isLooking).toBe(false);
      expect(folders.search.count).toBeLessThan(10);
      expect(folders.search.isOver).toBe(false);
      // A look that was stopped and one that goes on pass no page twice.
      await Promise.all([folders.look(), folders.look()]);
      expect(folders.names).toEqual(['aligned', 'multiqc']);
      const { last, count } = folders.search;
      expect(api.files.findIndex(({ path }) => path === last)).toBe(count - 1);
    });

    it('are looked for in each page by one look alone', async () => {
      const { results: ask } = api;
      await results.refresh();
      const { folders } = results;
      const asked = jest.spyOn(api, 'results');
      const arrive: (() => void)[] = [];
      asked.mockImplementation(async (...request) => {
        await new Promise<void>(resolve => arrive.push(resolve));
        return ask.call(api, ...request);
      });
      // Stopped while a page is under way, and begun again: both ask for that page.
      const stopped = folders.look();
      folders.search.stop();
      const next = folders.look();
      expect(arrive).toHaveLength(2);
      const drawn: (readonly string[] | null)[] = [];
      results.changed.connect(() => drawn.push(folders.names));
      arrive[0]();
      await stopped;
      expect(drawn).toContainEqual(['aligned', 'multiqc']);
      arrive[1]();
      await next;
      expect(arrive).toHaveLength(2); // what was found meanwhile is news enough
      expect(folders.search.news).toEqual(['multiqc']);
      expect(folders.search.isLooking).toBe(false);
      asked.mockRestore();
    });

    it('are looked for no more when the server has found all', async () => {
      write(...Array.from(Array(40), (_, at) => `aligned/${at + 10}.bam`));
      await results.refresh();
      const { folders } = results;
      api.mostPhases = Infinity;
      const looking = folders.look();
      await results.refresh();
      await looking;
      expect(folders.areAll).toBe(true);
      expect(folders.search.isLooking).toBe(false);
      expect(folders.search.count).toBe(0);
      expect(api.calls.length).toBeLessThan(10);
    });

    it('are looked for no more when nobody wants to know', async () => {
      write(...Array.from(Array(40), (_, at) => `aligned/${at + 10}.bam`));
      await results.refresh();
      const looking = results.folders.look();
      results.dispose();
      api.calls = [];
      await looking;
      expect(api.calls.length).toBeLessThan(2);
      expect(results.folders.search.error).toBe('');
    });

    it('can be looked for again as long as a run may write others', async () => {
      grows = true;
      await results.refresh();
      const { folders } = results;
      await folders.look();
      await folders.look();
      expect(folders.search.isOver).toBe(true);
      write('trimmed/1.fq');
      grows = false; // it has ended meanwhile
      await results.refresh();
      expect(folders.search.isOver).toBe(false);
      await folders.look();
      expect(folders.names).toEqual(['aligned', 'multiqc', 'trimmed']);
      await results.refresh();
      expect(folders.search.isOver).toBe(true);
    });

    it('say why they cannot be looked for, and go on when they can', async () => {
      await results.refresh();
      const { folders } = results;
      api.fault = new ApiError(502, 'S3 does not answer.');
      await folders.look();
      expect(folders.search.error).toBe('S3 does not answer.');
      expect(results.error).toBe('');
      api.fault = null;
      await folders.look();
      expect(folders.search.error).toBe('');
      expect(folders.names).toEqual(['aligned', 'multiqc']);
    });

    it('keep those that were found before', async () => {
      api.mostPhases = Infinity;
      await results.refresh();
      await results.folders.open('multiqc');
      api.mostPhases = 0;
      await results.refresh();
      expect(results.folders.names).toEqual(['aligned', 'multiqc']);
      expect(paths('multiqc')).toEqual([REPORT]);
    });
  });

  it('lose the folders that are gone', async () => {
    await results.refresh();
    await results.folders.open('multiqc');
    api.files = api.files.filter(({ phase }) => phase !== 'multiqc');
    await results.refresh();
    expect(results.folders.names).toEqual(['aligned']);
    api.calls = [];
    await results.refresh();
    expect(api.count('results run-1 of multiqc')).toBe(0);
  });
});
