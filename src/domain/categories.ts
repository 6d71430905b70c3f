import type { view } from '../contract/index.js';

/** The names of the categories in both languages; a Record, so that a new one cannot be forgotten here. */
const names: Record<view.Category, { ko: string; en: string }> = {
  digital: { ko: '디지털기기', en: 'Digital' },
  appliances: { ko: '생활가전', en: 'Appliances' },
  furniture: { ko: '가구/인테리어', en: 'Furniture' },
  living: { ko: '생활/주방', en: 'Living & kitchen' },
  baby: { ko: '유아동', en: 'Baby' },
  kids: { ko: '유아도서', en: 'Kids' },
  fashion: { ko: '의류/잡화', en: 'Fashion' },
  beauty: { ko: '뷰티/미용', en: 'Beauty' },
  sports: { ko: '스포츠/레저', en: 'Sports' },
  hobby: { ko: '취미/게임/음반', en: 'Hobby & games' },
  books: { ko: '도서', en: 'Books' },
  pets: { ko: '반려동물용품', en: 'Pets' },
  plants: { ko: '식물', en: 'Plants' },
  food: { ko: '가공식품', en: 'Food' },
  tickets: { ko: '티켓/교환권', en: 'Tickets' },
  other: { ko: '기타', en: 'Other' },
};

export const listCategories = () =>
  Object.entries(names).map(([id, name]) => ({ id: id as view.Category, ...name }));
