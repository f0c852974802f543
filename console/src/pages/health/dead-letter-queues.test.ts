import { expect, it } from 'vitest';
import { outcomeOf, queueOf } from './dead-letter-queues.ts';

it('says what was sent back, what was gone and what is left', () => {
  expect(outcomeOf({ redriven: 2, missing: [], left: 0 })).toEqual({
    text: '2 letters sent back; none left',
    isWhole: true,
  });
  expect(outcomeOf({ redriven: 0, missing: ['a'], left: 3 })).toEqual({
    text: '0 letters sent back; 1 letter no longer there, or not yours; 3 letters left',
    isWhole: false,
  });
});

it('takes the first queue where the address names none', () => {
  expect(['doorbell', 'nothing', undefined].map(queueOf)).toEqual(['doorbell', 'intake', 'intake']);
});
