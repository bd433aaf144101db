import { element } from './element.ts';

/** How long the button says that it copied, in ms. */
const said = 1_500;

/** A button that copies a command; where there is no clipboard, the command is selected to be copied by hand. */
export function copyButton(command: string): HTMLElement {
  const button = element('button', { type: 'button', class: 'copy', title: command }, 'copy unpack');
  const shown = element('code', { class: 'command', hidden: '' }, command);
  button.addEventListener('click', () => {
    copy(command).then(
      () => {
        button.textContent = 'copied';
        setTimeout(() => button.replaceChildren('copy unpack'), said);
      },
      () => {
        shown.hidden = false;
        getSelection()?.selectAllChildren(shown);
      },
    );
  });
  return element('span', { class: 'copying' }, button, shown);
}

/** A page from a file has no clipboard in some browsers. */
async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}
