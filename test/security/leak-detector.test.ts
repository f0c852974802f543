import { describe, expect, it } from 'vitest';
import { LeakDetector } from './leak-detector.ts';

const detector = new LeakDetector(['data-0c52e91f', 'id-77aa31be']);
const sent = { text: 'GET /events/id-77aa31be', ownHead: 3 };
const marksIn = (answer: string, by = sent) => detector.find(answer, by).map(({ mark }) => mark);

describe('an answer', () => {
  it('with nothing of another is no leak', () => {
    expect(marksIn('{"events":[{"id":"mine"}],"through":3,"head":3}')).toEqual([]);
  });

  it('that gives back what was sent is no leak, however it was encoded', () => {
    expect(marksIn('{"detail":"found \\"id-77aa31be\\""}')).toEqual([]);
    const encoded = Buffer.from('id-77aa31be').toString('base64url');
    expect(marksIn(`found ${encoded}`, { text: `/events/${encoded}`, ownHead: 0 })).toEqual([]);
    expect(marksIn('found id-77aa31be', { text: '/events/%2569d-77aa31be', ownHead: 0 })).toEqual([]);
  });

  it.each([
    ['data', '{"data":{"firstName":"data-0c52e91f"}}', 'data-0c52e91f'],
    ['data in escaped JSON', JSON.stringify({ body: '{"a":"data-0c52e91f"}' }), 'data-0c52e91f'],
    ['data in base64', Buffer.from('{"x":"data-0c52e91f"}').toString('base64'), 'data-0c52e91f'],
    ['data in base64 at another place', Buffer.from('{"xy":"data-0c52e91f"}').toString('base64url'), 'data-0c52e91f'],
    ['a header', 'x-note: data-0c52e91f', 'data-0c52e91f'],
    ['another head', '{"through":3,"head":300}', 'head 300'],
    ['a sequence as events have it', '{"sequence":"00000000000000000120"}', 'sequence 120'],
  ])('with %s of another is a leak', (_, answer, mark) => {
    expect(marksIn(answer)).toEqual([mark]);
  });

  it('with the id of another is a leak to who has not sent it', () => {
    expect(marksIn('{"id":"id-77aa31be"}', { text: 'GET /events', ownHead: 0 })).toEqual(['id-77aa31be']);
  });

  it('is searched for marks that mean something', () => {
    expect(() => new LeakDetector([])).toThrow(RangeError);
    expect(() => new LeakDetector(['abc'])).toThrow(RangeError);
  });
});
