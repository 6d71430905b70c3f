import sharp from 'sharp';

/** Size of a picture in pixels: enough for a phone, and quick to make and to store at the first start. */
const [width, height] = [640, 480];

/** A thing on a table: drawn on a field of 800 by 600, standing on the line 480. */
interface Scene {
  wall: [light: string, dark: string];
  table: string;
  /** Half the width of the shadow that it throws. */
  shadow: number;
  thing: string;
}

/** A picture of a thing. A second one of the same thing comes nearer, from the other side. */
export interface Picture {
  of: keyof typeof scenes;
  view: 'whole' | 'near';
}

/** A JPEG for the demo listings, drawn here: no photo of anybody's things, and no large files in the repository. */
export const drawPicture = ({ of: name, view }: Picture): Promise<Buffer> =>
  sharp(Buffer.from(svgOf(scenes[name], view)))
    .jpeg({ quality: 82 })
    .toBuffer();

function svgOf({ wall, table, shadow, thing }: Scene, view: Picture['view']): string {
  const frame = view === 'whole' ? '' : 'transform="translate(1000 -130) scale(-1.4 1.4)"';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 800 600">
    <defs>
      <linearGradient id="wall" x2="1" y2="1">
        <stop stop-color="${wall[0]}"/><stop offset="1" stop-color="${wall[1]}"/>
      </linearGradient>
      <radialGradient id="light" cx=".25" cy=".1" r=".9">
        <stop stop-color="#fff" stop-opacity=".4"/><stop offset="1" stop-color="#fff" stop-opacity="0"/>
      </radialGradient>
      <radialGradient id="shadow">
        <stop stop-color="#1d130a" stop-opacity=".45"/><stop offset="1" stop-color="#1d130a" stop-opacity="0"/>
      </radialGradient>
    </defs>
    <g ${frame}>
      <path fill="url(#wall)" d="M-400-200H1200V800H-400z"/>
      <path fill="${table}" d="M-400 440H1200V900H-400z"/>
      <path fill="#fff" opacity=".18" d="M-400 440H1200v7H-400z"/>
      <ellipse cx="418" cy="482" rx="${shadow}" ry="26" fill="url(#shadow)"/>
      ${thing}
      <path fill="url(#light)" d="M-400-200H1200V900H-400z"/>
    </g>
  </svg>`;
}

const wheel = (x: number) =>
  `<circle cx="${x}" cy="402" r="76" fill="none" stroke="#2c2f33" stroke-width="13"/>
   <circle cx="${x}" cy="402" r="66" fill="none" stroke="#c9ced2" stroke-width="3"/>
   <path stroke="#aab1b6" stroke-width="2" d="M${x - 66} 402h132M${x} 336v132M${x - 46} 356l92 92M${x - 46} 448l92-92"/>
   <circle cx="${x}" cy="402" r="9" fill="#2c2f33"/>`;

const campChair = (x: number, cloth: string, dark: string) =>
  `<g transform="translate(${x})">
     <path fill="none" stroke="#3b3f42" stroke-width="9" stroke-linecap="round" d="M-70 480 70 350M70 480-70 350M-74 350V200M74 350V200"/>
     <path fill="${cloth}" d="M-78 210c50 18 106 18 156 0v80c-50 16-106 16-156 0z"/>
     <path fill="${dark}" d="M-82 336c54 24 110 24 164 0v34c-54 26-110 26-164 0z"/>
     <path stroke="#3b3f42" stroke-width="12" stroke-linecap="round" d="M-92 316h38M54 316h38"/>
   </g>`;

const book = (x: number, y: number, w: number, colour: string, title: string) =>
  `<rect x="${x}" y="${y}" width="${w}" height="46" rx="5" fill="${colour}"/>
   <path fill="#f4ecdc" d="M${x + 8} ${y + 7}h${w - 14}v32h-${w - 14}z"/>
   <path fill="${colour}" d="M${x} ${y}h${w - 60}v46h-${w - 60}z"/>
   <rect x="${x + 34}" y="${y + 17}" width="${w - 150}" height="11" rx="3" fill="${title}"/>`;

const upright = (x: number, top: number, w: number, colour: string, mark: string) =>
  `<rect x="${x}" y="${top}" width="${w}" height="${480 - top}" rx="5" fill="${colour}"/>
   <rect x="${x + 7}" y="${top + 26}" width="${w - 14}" height="12" rx="4" fill="${mark}"/>
   <circle cx="${x + w / 2}" cy="${top + 90}" r="${w / 3.4}" fill="${mark}"/>`;

const keys = Array.from({ length: 4 }, (_, row) =>
  Array.from({ length: 13 }, (__, column) => {
    const tint = (row * 13 + column) % 11 === 5 ? '#e07a5f' : row === 3 ? '#d9dee2' : '#f6f7f8';
    return `<rect x="${178 + column * 34 + row * 3}" y="${330 + row * 32}" width="29" height="27" rx="5" fill="${tint}"/>`;
  }).join(''),
).join('');

const leaf = (x: number, y: number, turn: number, size: number, colour: string) =>
  `<g transform="translate(${x} ${y}) rotate(${turn}) scale(${size})">
     <path fill="${colour}" d="M0 0C-74-30-92-110-50-168c8 22 18 26 30 26-6-22 0-40 20-56 20 16 26 34 20 56 12 0 22-4 30-26C92-110 74-30 0 0z"/>
     <path fill="none" stroke="#ffffff" stroke-opacity=".35" stroke-width="4" d="M0-4V-180M0-60l-44-40M0-60l44-40M0-110l-28-30M0-110l28-30"/>
   </g>`;

const scenes = {
  desk: {
    wall: ['#efe8dd', '#d9cdbb'],
    table: '#b99f82',
    shadow: 330,
    thing: `<path fill="#f7f4ef" d="M140 250h520v28H140z"/><path fill="#d8cfc2" d="M140 278h520v10H140z"/>
      <path fill="#e5ddd0" d="M168 288h22v192h-22zM610 288h22v192h-22z"/><path fill="#f1ece4" d="M440 288h170v96H440z"/>
      <path stroke="#c6baa8" stroke-width="3" d="M440 336h170"/><circle cx="525" cy="312" r="6" fill="#9b8c78"/><circle cx="525" cy="360" r="6" fill="#9b8c78"/>
      <path fill="none" stroke="#4a5a55" stroke-width="9" stroke-linecap="round" d="M232 250v-70l52-50"/><path fill="#2f6f5e" d="m262 104 62 50-52 22-40-40z"/>
      <path fill="#4a5a55" d="M206 240h54v10h-54z"/><path fill="#e07a5f" d="M360 232h92v18h-92z"/><path fill="#f2cc8f" d="M368 214h78v18h-78z"/>`,
  },
  campChairs: {
    wall: ['#cfe3dc', '#9fc3b4'],
    table: '#7d9a6a',
    shadow: 320,
    thing: campChair(270, '#d98e4a', '#b56f32') + campChair(545, '#47736a', '#34574f'),
  },
  pictureBooks: {
    wall: ['#fdeccb', '#f4d5a2'],
    table: '#d3a26f',
    shadow: 320,
    thing: [
      upright(150, 220, 62, '#e07a5f', '#fff3e0'),
      upright(216, 250, 50, '#3d8f80', '#f2cc8f'),
      upright(270, 200, 70, '#4f6fb0', '#ffe7b3'),
      upright(344, 240, 54, '#f2b134', '#ffffff'),
      upright(402, 214, 60, '#8a5fa8', '#f8dff0'),
      `<g transform="rotate(14 520 480)">${upright(476, 226, 58, '#2f7fa8', '#dff3fb')}</g>`,
      `<circle cx="636" cy="428" r="52" fill="#b9855a"/><circle cx="600" cy="382" r="20" fill="#b9855a"/><circle cx="672" cy="382" r="20" fill="#b9855a"/>
       <ellipse cx="636" cy="444" rx="24" ry="18" fill="#e8cba6"/><circle cx="618" cy="420" r="6" fill="#3a2a1e"/><circle cx="654" cy="420" r="6" fill="#3a2a1e"/><ellipse cx="636" cy="438" rx="8" ry="5" fill="#3a2a1e"/>`,
    ].join(''),
  },
  keyboard: {
    wall: ['#dfe5ea', '#bcc7d0'],
    table: '#8d7b6b',
    shadow: 320,
    thing: `<rect x="152" y="306" width="496" height="172" rx="18" fill="#39424a"/><rect x="152" y="300" width="496" height="168" rx="18" fill="#56626c"/>${keys}
      <rect x="286" y="458" width="220" height="6" rx="3" fill="#f6f7f8"/><circle cx="620" cy="318" r="5" fill="#8be0b4"/>`,
  },
  guitar: {
    wall: ['#e9d9c6', '#c9ab8a'],
    table: '#6d4c35',
    shadow: 180,
    thing: `<g transform="rotate(9 400 480)"><path fill="#5b3a22" d="M386 60h28v230h-28z"/><path fill="#3c2615" d="M378 20h44v52h-44z"/>
      <path fill="#c98645" d="M400 232c60 0 78 34 70 70-6 26 34 50 34 96 0 58-46 84-104 84s-104-26-104-84c0-46 40-70 34-96-8-36 10-70 70-70z"/>
      <path fill="#a9662c" d="M400 470c54 0 94-22 100-66 4 8 4 14 4 20 0 52-46 62-104 62s-104-10-104-62c0-6 0-12 4-20 6 44 46 66 100 66z"/>
      <circle cx="400" cy="330" r="38" fill="#2d1a0d"/><circle cx="400" cy="330" r="44" fill="none" stroke="#f0d9b0" stroke-width="5"/><rect x="352" y="418" width="96" height="16" rx="5" fill="#3c2615"/>
      <path stroke="#f3ead8" stroke-width="1.6" d="M391 30v392M395 30v392M399 30v392M403 30v392M407 30v392M411 30v392"/></g>`,
  },
  kettle: {
    wall: ['#e6eef0', '#bfd2d6'],
    table: '#d8d2c8',
    shadow: 220,
    thing: `<path fill="#2b2f33" d="M292 462h232v20H292z"/><path fill="#c7ced3" d="M316 462 340 232h136l24 230z"/><path fill="#e8edf0" d="M334 462 354 232h30l-10 230z"/><path fill="#9aa5ac" d="M462 462 450 232h26l24 230z"/>
      <path fill="#2b2f33" d="M336 214h144v22H336z"/><rect x="394" y="190" width="28" height="26" rx="9" fill="#2b2f33"/><path fill="#aab4ba" d="m340 262-76-26 22 62 46 34z"/>
      <path fill="none" stroke="#2b2f33" stroke-width="26" stroke-linecap="round" stroke-linejoin="round" d="M476 240h76v150l-52 40"/><rect x="396" y="300" width="20" height="110" rx="10" fill="#5d6a72"/><rect x="396" y="350" width="20" height="60" rx="10" fill="#7fc1d8"/>`,
  },
  sideTable: {
    wall: ['#e8e1d6', '#c9bda9'],
    table: '#a98a68',
    shadow: 220,
    thing: `<path fill="#8a5a32" d="M276 300h22v180h-22zM502 300h22v180h-22z"/><rect x="262" y="232" width="276" height="96" rx="8" fill="#b9803f"/><path fill="#d09a58" d="M250 218h300v26H250z"/>
      <rect x="284" y="258" width="232" height="54" rx="5" fill="#a87036"/><circle cx="400" cy="285" r="9" fill="#f0d7a8"/><path stroke="#8f5d2c" stroke-width="2" fill="none" d="M290 272c60-8 150-8 220 0M290 300c70 6 150 6 220-2"/>
      <path fill="#9a6636" d="M284 402h232v16H284z"/><path fill="#f3efe8" d="M440 158c0-24 62-24 62 0l-10 60h-42z"/><path fill="#58946f" d="M466 140c-30-20-34-50-26-70 22 10 34 34 30 70zM476 140c4-40 26-60 46-64 0 30-14 54-42 66z"/>`,
  },
  monstera: {
    wall: ['#f3ede2', '#dccfba'],
    table: '#b08f6c',
    shadow: 190,
    thing: `<path fill="none" stroke="#3f6b45" stroke-width="9" d="M400 380c-10-60-60-90-110-110M400 380c0-80 4-120 0-170M400 380c10-60 60-84 112-96M400 380c-20-30-60-40-96-30"/>
      ${leaf(290, 286, -58, 0.82, '#3f7d4e')}${leaf(512, 300, 56, 0.86, '#4d8f57')}${leaf(400, 250, -4, 0.98, '#5a9c5f')}${leaf(306, 368, -82, 0.56, '#63a868')}
      <path fill="#c96f4a" d="M318 362h164l-20 118H338z"/><path fill="#dd8560" d="M306 344h188v34H306z"/>`,
  },
  scratcher: {
    wall: ['#ece6f0', '#cfc4da'],
    table: '#b49a80',
    shadow: 250,
    thing: `<rect x="250" y="456" width="250" height="26" rx="8" fill="#7a5a40"/><rect x="340" y="200" width="70" height="258" fill="#d9b98a"/>
      <path stroke="#bd9863" stroke-width="5" d="${Array.from({ length: 17 }, (_, i) => `M340 ${214 + i * 15}h70`).join('')}"/><rect x="300" y="176" width="150" height="28" rx="12" fill="#7a5a40"/>
      <path stroke="#8b7c70" stroke-width="3" d="M436 204v60"/><circle cx="436" cy="276" r="15" fill="#e07a5f"/>
      <path fill="#4a4a52" d="M520 480c-14-80 2-128 56-132 58 4 74 60 62 132z"/><circle cx="576" cy="318" r="48" fill="#4a4a52"/><path fill="#4a4a52" d="m532 300 2-58 40 34zM620 300l-2-58-40 34z"/>
      <path fill="none" stroke="#4a4a52" stroke-width="18" stroke-linecap="round" d="M634 462c54 8 60-36 34-54"/><circle cx="558" cy="314" r="7" fill="#f2d16b"/><circle cx="594" cy="314" r="7" fill="#f2d16b"/><path fill="#e9a5a0" d="M569 330h14l-7 8z"/>`,
  },
  filmCamera: {
    wall: ['#d9d2c7', '#a99b88'],
    table: '#5a4636',
    shadow: 280,
    thing: `<path fill="#2a2b2d" d="M190 268h420a16 16 0 0 1 16 16v180a16 16 0 0 1-16 16H190a16 16 0 0 1-16-16V284a16 16 0 0 1 16-16z"/><path fill="#cfd2d4" d="M174 284a18 18 0 0 1 18-18h110l22-44h152l22 44h110a18 18 0 0 1 18 18v30H174z"/>
      <rect x="208" y="240" width="62" height="26" rx="6" fill="#aeb3b6"/><rect x="520" y="244" width="40" height="22" rx="6" fill="#aeb3b6"/><circle cx="586" cy="252" r="13" fill="#8d9396"/><rect x="356" y="238" width="88" height="40" rx="6" fill="#1d2226"/><path fill="#5f7784" d="M362 244h46l-20 28h-26z"/>
      <circle cx="400" cy="376" r="98" fill="#141516"/><circle cx="400" cy="376" r="84" fill="#35383b"/><circle cx="400" cy="376" r="62" fill="#0f1418"/><circle cx="400" cy="376" r="48" fill="#22384a"/><path fill="#6fa0b8" opacity=".8" d="M372 346a44 44 0 0 1 50-12l-40 40z"/>
      <circle cx="400" cy="376" r="91" fill="none" stroke="#77705f" stroke-width="3" stroke-dasharray="4 9"/><path fill="#d9483b" d="M588 300h16v16h-16z"/>`,
  },
  trenchCoat: {
    wall: ['#ece7e1', '#cbbfb2'],
    table: '#8b7563',
    shadow: 160,
    thing: `<path fill="none" stroke="#5a4a3c" stroke-width="8" d="M400 92c0-30 34-30 34-8 0 16-34 18-34 40"/><path fill="#5a4a3c" d="m400 118 96 40h-192z"/>
      <path fill="#cfae7f" d="m352 132-70 40-54 200 50 18 34-110-16 196h208l-16-196 34 110 50-18-54-200-70-40-48 40z"/><path fill="#b8935f" d="m352 132 48 40-34 74-46-84zM448 132l-48 40 34 74 46-84z"/>
      <path fill="#a5804d" d="M306 300h188v26H306z"/><rect x="384" y="294" width="36" height="38" rx="5" fill="none" stroke="#5b4226" stroke-width="7"/><path stroke="#a5804d" stroke-width="3" d="M400 172v304"/>
      <g fill="#5b4226"><circle cx="374" cy="262" r="6"/><circle cx="426" cy="262" r="6"/><circle cx="374" cy="366" r="6"/><circle cx="426" cy="366" r="6"/></g><path fill="#b8935f" d="M320 372h40v12h-40zM440 372h40v12h-40z"/>`,
  },
  novels: {
    wall: ['#e3e6df', '#bcc3b3'],
    table: '#94714f',
    shadow: 280,
    thing: [
      book(210, 434, 380, '#35546b', '#e8d9b0'),
      book(230, 388, 350, '#b4553f', '#f6e3cf'),
      book(204, 342, 366, '#5d7a54', '#eff0d4'),
      book(240, 296, 340, '#d3a13c', '#5a3d12'),
      book(222, 250, 352, '#6a4a6e', '#f0dcef'),
      `<path fill="#f7f7f5" d="M452 190h74v44a16 16 0 0 1-16 16h-42a16 16 0 0 1-16-16z"/><path fill="none" stroke="#f7f7f5" stroke-width="9" d="M526 202c32-4 32 34 0 32"/>`,
    ].join(''),
  },
  foldingBike: {
    wall: ['#d5e6ee', '#a5c4d4'],
    table: '#9aa08f',
    shadow: 340,
    thing: `${wheel(240)}${wheel(560)}
      <path fill="none" stroke="#d9512f" stroke-width="15" stroke-linejoin="round" stroke-linecap="round" d="M240 402 330 398 372 250M330 398 520 300M520 262 560 402M372 300l148 0"/>
      <path fill="none" stroke="#2c2f33" stroke-width="11" stroke-linecap="round" d="M520 270 496 170M464 164h62l18 14M372 250l-14-54"/><rect x="310" y="180" width="96" height="22" rx="11" fill="#2c2f33"/>
      <circle cx="330" cy="398" r="24" fill="none" stroke="#2c2f33" stroke-width="8"/><path stroke="#2c2f33" stroke-width="8" stroke-linecap="round" d="m330 398 22 40M340 440h28"/><path stroke="#6b7075" stroke-width="3" d="M240 390h90M240 414h90"/>`,
  },
  suitcase: {
    wall: ['#e4e9e6', '#bccac4'],
    table: '#a3917c',
    shadow: 200,
    thing: `<path fill="none" stroke="#7d868b" stroke-width="12" d="M356 180V88h88v92"/><rect x="362" y="78" width="76" height="18" rx="9" fill="#2c3236"/>
      <rect x="276" y="172" width="248" height="290" rx="26" fill="#2f7d8c"/><path fill="#276a77" d="M276 392h248v44a26 26 0 0 1-26 26H302a26 26 0 0 1-26-26z"/>
      <path stroke="#276a77" stroke-width="7" d="M326 190v256M375 190v256M425 190v256M474 190v256"/><rect x="500" y="296" width="24" height="44" rx="6" fill="#d7dde0"/>
      <path fill="#2c3236" d="M296 462h34v18h-34zM470 462h34v18h-34z"/><rect x="286" y="216" width="40" height="26" rx="5" fill="#f0c75e"/>`,
  },
  boardGame: {
    wall: ['#f1e6d6', '#d9c3a2'],
    table: '#7d5b42',
    shadow: 310,
    thing: `<path fill="#7c3f35" d="M170 372h330v108H170z"/><path fill="#a4574a" d="M170 356h330v24H170z"/><rect x="206" y="406" width="178" height="44" rx="6" fill="#f3d99b"/>
      <circle cx="440" cy="428" r="24" fill="#f3d99b"/><path fill="#e7dcc4" d="m520 474 36-84 108 26-30 64z"/><path fill="#8aa17c" d="m538 464 26-60 36 9-24 58zM590 470l22-54 34 8-22 54z"/>
      <g transform="rotate(-8 330 330)"><rect x="296" y="308" width="46" height="46" rx="8" fill="#fbf7ef"/><g fill="#2c2f33"><circle cx="309" cy="321" r="5"/><circle cx="329" cy="341" r="5"/><circle cx="319" cy="331" r="5"/></g></g>
      <path fill="#d9512f" d="M232 356c-6-34 4-46 4-58a18 18 0 1 1 26 0c0 12 10 24 4 58z"/><path fill="#3d6fa8" d="M420 356c-6-34 4-46 4-58a18 18 0 1 1 26 0c0 12 10 24 4 58z"/>`,
  },
  floorLamp: {
    wall: ['#e9dccb', '#b79f86'],
    table: '#6f5843',
    shadow: 150,
    thing: `<circle cx="420" cy="170" r="170" fill="#ffe9b0" opacity=".5"/><path stroke="#2f2a26" stroke-width="10" d="M420 180v290"/><ellipse cx="420" cy="472" rx="84" ry="14" fill="#2f2a26"/>
      <path fill="#fff1cf" d="m356 84h128l44 116H312z"/><path fill="#f2d590" d="m312 200 8-22h200l8 22z"/><path stroke="#d9b877" stroke-width="3" d="M388 84l-22 116M452 84l22 116M420 84v116"/>
      <path stroke="#2f2a26" stroke-width="3" d="M462 200v46"/><circle cx="462" cy="250" r="6" fill="#c96f4a"/>`,
  },
  mokaPot: {
    wall: ['#f0e4dc', '#cfb6a6'],
    table: '#5f4a3e',
    shadow: 180,
    thing: `<path fill="#aeb6bb" d="m312 480 24-128h128l24 128z"/><path fill="#cdd4d8" d="m312 480 24-128h36l-12 128z"/><path fill="#8f989e" d="M326 340h148v18H326z"/>
      <path fill="#bcc4c9" d="m334 340-22-132h176l-22 132z"/><path fill="#dbe1e4" d="m334 340-22-132h44l8 132z"/><path fill="#aeb6bb" d="m312 208-40-18 34 70zM322 194h156l10 16H312z"/><path fill="#969fa5" d="m340 194 34-30h52l34 30z"/>
      <rect x="390" y="142" width="20" height="24" rx="8" fill="#26292c"/><path fill="none" stroke="#26292c" stroke-width="22" stroke-linejoin="round" stroke-linecap="round" d="M484 224h62l-16 104"/>
      <path fill="#f7f2ea" d="M566 420h86v34a26 26 0 0 1-26 26h-34a26 26 0 0 1-26-26z"/><path fill="#5b3a22" d="M572 420h74v10h-74z"/><path fill="none" stroke="#f7f2ea" stroke-width="9" d="M652 432c28-4 28 32-4 30"/>`,
  },
  headphones: {
    wall: ['#dde1ea', '#aab3c6'],
    table: '#7b6f66',
    shadow: 240,
    thing: `<path fill="none" stroke="#2a2d34" stroke-width="30" d="M264 380V300a136 136 0 0 1 272 0v80"/><path fill="none" stroke="#474c57" stroke-width="12" d="M268 300a132 132 0 0 1 264 0"/>
      <rect x="222" y="340" width="78" height="138" rx="36" fill="#2a2d34"/><rect x="500" y="340" width="78" height="138" rx="36" fill="#2a2d34"/><rect x="284" y="352" width="34" height="114" rx="17" fill="#5a606d"/><rect x="482" y="352" width="34" height="114" rx="17" fill="#5a606d"/>
      <ellipse cx="246" cy="408" rx="10" ry="34" fill="#7fc1d8"/><ellipse cx="554" cy="408" rx="10" ry="34" fill="#7fc1d8"/>`,
  },
  skateboard: {
    wall: ['#d7e7e2', '#a9c7bd'],
    table: '#8e9289',
    shadow: 330,
    thing: `<path fill="#c98a4b" d="M112 372c40 6 50 38 104 38h368c54 0 64-32 104-38 12-2 16 14 6 20-34 22-52 46-110 46H216c-58 0-76-24-110-46-10-6-6-22 6-20z"/><path fill="#2b2f33" d="M112 372c40 6 50 38 104 38h368c54 0 64-32 104-38 6-1 10 3 11 8-40 10-52 42-115 42H216c-63 0-75-32-115-42 1-5 5-9 11-8z"/>
      <path fill="#8d969c" d="M226 436h64l-14 16h-36zM510 436h64l-14 16h-36z"/><g fill="#f2cc8f"><circle cx="240" cy="458" r="24"/><circle cx="278" cy="458" r="24"/><circle cx="524" cy="458" r="24"/><circle cx="562" cy="458" r="24"/></g>
      <g fill="#8d7440"><circle cx="240" cy="458" r="8"/><circle cx="278" cy="458" r="8"/><circle cx="524" cy="458" r="8"/><circle cx="562" cy="458" r="8"/></g>`,
  },
} satisfies Record<string, Scene>;
