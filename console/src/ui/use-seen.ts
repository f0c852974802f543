import { type RefObject, useEffect, useRef, useState } from 'react';

/** About one screen: what is this near comes before one gets to it. */
const NEAR = '600px';

/** Whether an element is, or has been, in sight or near. What is heavy is loaded when it can be looked at. */
export function useSeen<Of extends Element>(): readonly [RefObject<Of | null>, boolean] {
  const element = useRef<Of>(null);
  const [isSeen, setIsSeen] = useState(false);
  useEffect(() => {
    if (isSeen || element.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && setIsSeen(true),
      // In a part of the page that scrolls by itself, only the second counts.
      { rootMargin: NEAR, scrollMargin: NEAR },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [isSeen]);
  return [element, isSeen];
}
