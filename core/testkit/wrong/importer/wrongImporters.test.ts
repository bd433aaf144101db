import { testImporter } from '../../importer/testImporter.ts';
import { testWrong } from '../testWrong.ts';
import { onShelf } from './shelf.ts';
import { wrongImporters } from './wrongImporters.ts';

testWrong(testImporter, onShelf({}), wrongImporters, [
  'faults: a download that is cut goes on, at the latest when it is tried again',
  'faults: a 401 says unauthorized, or that it is refused',
]);
