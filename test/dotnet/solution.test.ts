import { describe, expect, it } from 'vitest';
import { test } from './solution.ts';

describe('a test project of .NET', () => {
  it('that was not built is told of, and fails nothing else', async () => {
    const { status, output, results } = await test('Tidings.Client.UnbuiltTests');
    expect({ status, results }).toEqual({ status: 1, results: [] });
    expect(output).toContain('Tidings.Client.UnbuiltTests/release');
  });
});
