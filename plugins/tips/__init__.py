"""Tips: the issues of a monthly campaign, each with exactly four items, as pages and as a mail.

A file is content/tips/2026-06.md. Each item has a heading that begins with Tip, Tool or Idea, a text, and
below it lines that say what to try, and may say how long it takes, what it needs and where it is from:

    ## Tip: Write the name first

    Before you search for an answer, …

    Try: three searches, three names, on paper.
    Takes: a minute each
    Needs: pencil
    From: Mei-Ling Zhou, [under the July issue](2026-07.md#conversation)

1. `checking` tells what is missing, too many or misspelt, by line;
2. `shaping` gives each item its anchor (#item-1 to #item-4) and its lines their form;
3. `mail` makes the mail of an issue when it is asked for, `plain` its text, `extras` what was said
   that month and which meetup is next;
4. `section` makes the pages, the lists of all and of each year, and the feed of mails.

Setting    Default  Means
TIPS_NAME  "Tips"   what the campaign is called
TIPS_SIZE  24       issues on one page of /tips/
"""
