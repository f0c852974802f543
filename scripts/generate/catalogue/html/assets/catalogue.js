// What makes the pages of the catalogue more comfortable. They work without it.
(() => {
  const THEME = 'tidings-catalogue-theme';
  const LANGUAGE = 'tidings-catalogue-language';

  // A browser may refuse its storage, to a file on the disk for example: then choices last as long as the page.
  const recall = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const remember = (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {}
  };

  // Before the page is drawn, so that it never flashes in the other theme.
  const root = document.documentElement;
  const theme = recall(THEME);
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;

  function themeButton() {
    const button = document.querySelector('.theme');
    const darkSystem = matchMedia('(prefers-color-scheme: dark)');
    const isDark = () => (root.dataset.theme ?? (darkSystem.matches ? 'dark' : 'light')) === 'dark';
    const show = () => button.setAttribute('aria-pressed', String(isDark()));
    button.addEventListener('click', () => {
      root.dataset.theme = isDark() ? 'light' : 'dark';
      remember(THEME, root.dataset.theme);
      show();
    });
    darkSystem.addEventListener('change', show);
    show();
    button.hidden = false;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  }

  function copyButtons() {
    for (const button of document.querySelectorAll('.copy')) {
      const code = button.closest('figure')?.querySelector('pre');
      const label = button.firstChild;
      let reset;
      button.addEventListener('click', async () => {
        const done = await copy(button.dataset.copy ?? code.textContent);
        // Where the clipboard is closed to pages, the text is at least selected.
        if (!done && code) getSelection().selectAllChildren(code);
        label.textContent = done ? 'Copied' : code ? 'Selected' : 'Not copied';
        clearTimeout(reset);
        reset = setTimeout(() => {
          label.textContent = 'Copy';
        }, 2000);
      });
      button.hidden = false;
    }
  }

  function filters() {
    for (const input of document.querySelectorAll('input[data-filter]')) {
      const items = [...document.querySelectorAll(input.dataset.filter)].map((element) => ({
        element,
        text: element.textContent.toLowerCase(),
      }));
      const groups = document.querySelectorAll(input.dataset.group);
      const status = document.querySelector(input.dataset.status ?? 'no-status');
      const apply = () => {
        const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
        let shown = 0;
        for (const { element, text } of items) {
          element.hidden = !words.every((word) => text.includes(word));
          if (!element.hidden) shown += 1;
        }
        for (const group of groups) {
          group.hidden = !items.some(({ element }) => !element.hidden && group.contains(element));
        }
        if (status) {
          const all = `${items.length} event types`;
          status.textContent = words.length === 0 ? '' : shown === 0 ? 'No event type matches' : `${shown} of ${all}`;
        }
      };
      input.addEventListener('input', apply);
      input.addEventListener('keydown', (event) => {
        if (event.key !== 'Escape' || input.value === '') return;
        event.preventDefault();
        input.value = '';
        apply();
      });
      input.closest('.filter').hidden = false;
      // A browser that comes back to a page keeps what was typed.
      apply();
    }
    document.addEventListener('keydown', (event) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest?.('input, textarea, select, [contenteditable]')) return;
      const input = document.querySelector('#filter') ?? document.querySelector('#types-filter');
      if (!input?.checkVisibility()) return;
      event.preventDefault();
      input.focus();
    });
  }

  function tabs() {
    const lists = [];
    const chooseEverywhere = (language) => {
      for (const choose of lists) choose(language);
    };
    for (const container of document.querySelectorAll('.tabs')) {
      const panels = [...container.querySelectorAll(':scope > .panel')];
      if (panels.length < 2) continue;
      const list = document.createElement('div');
      list.className = 'tab-list';
      list.setAttribute('role', 'tablist');
      list.setAttribute('aria-label', `How to ${container.dataset.tabs}`);
      const buttons = panels.map((panel) => {
        const heading = panel.querySelector('h3');
        const button = document.createElement('button');
        button.type = 'button';
        button.id = `tab-${panel.id}`;
        button.textContent = heading.textContent;
        button.setAttribute('role', 'tab');
        button.setAttribute('aria-controls', panel.id);
        panel.setAttribute('role', 'tabpanel');
        panel.setAttribute('aria-labelledby', button.id);
        return button;
      });
      const select = (index) => {
        for (const [at, button] of buttons.entries()) {
          button.setAttribute('aria-selected', String(at === index));
          button.tabIndex = at === index ? 0 : -1;
          panels[at].classList.toggle('panel-closed', at !== index);
        }
      };
      const chosen = (index) => {
        const before = container.getBoundingClientRect().top;
        remember(LANGUAGE, panels[index].dataset.language);
        select(index);
        chooseEverywhere(panels[index].dataset.language);
        // Tabs further up may have changed their height: what was clicked stays where it was.
        scrollBy({ top: container.getBoundingClientRect().top - before, behavior: 'instant' });
      };
      for (const [index, button] of buttons.entries()) button.addEventListener('click', () => chosen(index));
      list.addEventListener('keydown', (event) => {
        const at = buttons.indexOf(document.activeElement);
        const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
        if (to === undefined || at < 0) return;
        event.preventDefault();
        const index = (to + buttons.length) % buttons.length;
        buttons[index].focus();
        chosen(index);
      });
      list.append(...buttons);
      container.prepend(list);
      container.classList.add('tabs-made');
      select(0);
      lists.push((language) => {
        const index = panels.findIndex((panel) => panel.dataset.language === language);
        if (index >= 0) select(index);
      });
    }
    chooseEverywhere(recall(LANGUAGE));
  }

  /** Marks in the page's own navigation where the reader is. */
  function whereabouts() {
    const links = [...document.querySelectorAll('.page-nav a')];
    const headings = links.map((link) => document.getElementById(link.hash.slice(1)));
    if (links.length === 0) return;
    const mark = () => {
      const passed = headings.findLastIndex((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
      const isEnd = scrollY > 0 && scrollY + innerHeight >= root.scrollHeight - 2;
      const current = isEnd ? links.length - 1 : passed;
      for (const [index, link] of links.entries()) {
        if (index !== current) link.removeAttribute('aria-current');
        else if (!link.hasAttribute('aria-current')) {
          link.setAttribute('aria-current', 'true');
          const list = link.closest('ul');
          list.scrollTo({ left: link.offsetLeft - (list.clientWidth - link.offsetWidth) / 2 });
        }
      }
    };
    let isWaiting = false;
    addEventListener(
      'scroll',
      () => {
        if (isWaiting) return;
        isWaiting = true;
        requestAnimationFrame(() => {
          isWaiting = false;
          mark();
        });
      },
      { passive: true },
    );
    mark();
  }

  document.addEventListener('DOMContentLoaded', () => {
    themeButton();
    copyButtons();
    filters();
    tabs();
    whereabouts();
  });
})();
