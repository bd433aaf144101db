/** What is asked of people on a terminal. A file of its own: what it does not name stays out of the bundle. */
export { confirm, isCancel, password, text } from '@clack/prompts';
