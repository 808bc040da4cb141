import city from './catalogues/city/en.json';
import contexts from './catalogues/contexts/en.json';
import drive from './catalogues/drive/en.json';
import freshness from './catalogues/freshness/en.json';
import mail from './catalogues/mail/en.json';
import operator from './catalogues/operator/en.json';
import refused from './catalogues/refused/en.json';
import registers from './catalogues/registers/en.json';
import shared from './catalogues/shared/en.json';
import stations from './catalogues/stations/en.json';

/** The first language: every text of every area, one flat table, because a key begins with its page. */
export const ENGLISH = {
  ...shared,
  ...operator,
  ...contexts,
  ...stations,
  ...registers,
  ...drive,
  ...mail,
  ...refused,
  ...city,
  ...freshness,
};
