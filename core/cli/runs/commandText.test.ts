import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandText } from './commandText.ts';

test('a command can be typed again', () => {
  assert.equal(commandText(['python', 'train.py', '--lr', '1e-4']), 'python train.py --lr 1e-4');
  assert.equal(commandText(['sh', '-c', "echo 'a b'"]), `sh -c 'echo '\\''a b'\\'''`);
});

test('what looks like a secret is hidden, by the name of its flag or by how it begins', () => {
  for (const words of [
    ['--hub_token', 'abc'],
    ['--hub-token=abc'],
    ['API_KEY=abc'],
    ['--password', 'abc'],
    ['hf_abcdefghijklmnop'],
    ['--x=sk-abcdefghijklmnop'],
    ['https://user:abc@host/x'],
  ]) {
    const text = commandText(['train', ...words]);
    assert.ok(!/abc/.test(text), text);
    assert.match(text, /\*\*\*/);
  }
  assert.equal(
    commandText(['train', '--token', 'abc', '--key file=hf_abcdefgh1']),
    "train --token *** '--key file='***",
  );
  assert.equal(commandText(['train', '--token', '--next']), 'train --token --next', 'a flag without a value');
  assert.equal(commandText(['train', '--tokenizer=gpt2']), 'train --tokenizer=gpt2');
});
