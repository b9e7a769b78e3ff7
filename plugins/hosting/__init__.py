"""What a host of files needs besides pages: headers, redirects, robots.txt, the web manifest; and the
theme's styles and scripts as one file for a page each, named by their content so that they may be kept
for ever; the file by which search engines know that it is this site that tells them of news.

Setting           Default  Means
SUBSCRIBE_ACTION  None     where the form for subscribing by mail is sent to, an https address; its origin
                           is let through by the policy of that page alone. Without it there is no form
SUBSCRIBE_FIELD   "email"  what the service calls the address
SUBSCRIBE_HIDDEN  ()       what it wants besides, such as (("tag", "tips"),)
INDEXNOW_KEY      None     a key that you make up, 8 to 128 letters, digits and dashes; it is written to
                           /<key>.txt, and `./invoke publish` tells search engines under it (indexnow.org)
"""
