// Search finds sections. Sphinx compares whole titles with the whole question; here the words of the question are
// looked for in the titles of all sections, and where all of them stand is shown first. Among equals, the order is that
// of the chapters. (Sphinx puts this file, `html_search_scorer`, where it looks for weights: after its own script.)

// words that people type around what they mean, besides Sphinx's own list
const IDLE_WORDS = new Set(
  "am can do does doesn't don't from get has have how i it's me my or should so than there vs what when where which why you your".split(" "));

(() => {
  const stems = (text) => new Set(
    (text.toLowerCase().match(/[\p{L}\p{N}_']+/gu) || [])
      .filter((word) => !stopwords.includes(word) && !IDLE_WORDS.has(word))
      .map((word) => new Stemmer().stemWord(word)));
  const plain = (title) => title.replace(/<[^>]+>/g, ""); // a chapter's number is markup
  const chapter = (title) => Number((/^(\d+)\. /.exec(plain(title)) || [0, 1000])[1]); // what has no number comes last
  // results are shown from the end of the list
  const byScoreThenChapter = (a, b) => a[4] - b[4] || chapter(b[1]) - chapter(a[1]) || plain(b[1]).localeCompare(plain(a[1]));

  const sections = (query) => {
    const { docnames, filenames, titles, alltitles } = Search._index;
    const asked = stems(query);
    const found = [];
    if (!asked.size) return found;
    for (const [title, places] of Object.entries(alltitles)) {
      const words = stems(title);
      if (![...asked].every((word) => words.has(word))) continue;
      for (const [file, id] of places) {
        if (id !== null && id.includes("/")) continue; // a solution
        const isPage = plain(titles[file]).replace(/^\d+\. /, "") === title;
        found.push([
          docnames[file], isPage ? titles[file] : `${titles[file]} > ${title}`, id === null || isPage ? "" : "#" + id,
          null, asked.size / words.size + (isPage ? 0.05 : 0), filenames[file],
        ]);
      }
    }
    return found.sort(byScoreThenChapter);
  };

  const whole = Search._performSearch;
  Search._performSearch = (query, terms, ...more) => {
    const needed = new Set([...terms].filter((word) => !IDLE_WORDS.has(word)));
    const first = sections(query);
    const shown = new Set(first.map((one) => one[0] + one[2]));
    const others = whole(query, needed.size ? needed : terms, ...more).filter((one) => !shown.has(one[0] + one[2]));
    return [...others.sort(byScoreThenChapter), ...first];
  };
})();
