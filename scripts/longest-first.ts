import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Runs files with long timeouts first, because a long file that starts last runs alone. Vitest's own order is by size
 * in a fresh clone, and the longest files are among the smallest: they run programs.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => b.project.config.testTimeout - a.project.config.testTimeout);
  }
}
