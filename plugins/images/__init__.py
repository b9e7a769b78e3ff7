"""Pictures: what an author puts into content/images/, and what the site draws of itself.

`variants` makes each photograph in the sizes and formats that browsers choose from, without what
the camera wrote into it; `cards` draws the picture that a link to an entry brings with it; `mark`
and `icons` draw the site's sign.
"""
