import { describe, test } from 'node:test';
import { testLayerType } from '@kitwright/testkit';
import { mcpb } from './mcpb.ts';
import { raw } from './raw.ts';
import { tar } from './tar.ts';

describe('tar', () => testLayerType(test, () => tar));
describe('raw', () => testLayerType(test, () => raw));
describe('mcpb', () =>
  testLayerType(test, () => ({ layerType: mcpb, files: { 'bundles/größe.mcpb': emptyArchive('manifest.json') } })));

/** An archive with one empty stored file (APPNOTE.TXT, 4.3). */
function emptyArchive(name: string): Buffer {
  const [local, entry, end] = [Buffer.alloc(30 + name.length), Buffer.alloc(46 + name.length), Buffer.alloc(22)];
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  local.write(name, 30);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(name.length, 28);
  entry.write(name, 46);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, entry, end]);
}
