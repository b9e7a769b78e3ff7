"""The monthly mail, from the same source as its page: shown, checked, sent once to everyone, exported.

1. `rendering` builds the site into a temporary folder and takes the mail that plugins.tips made there;
2. `checking` looks for what a mail must not have (relative links, no alt, too heavy, leads nowhere);
3. `subscribers` reads a list, `account` how to reach the mail server;
4. `message` puts the mail into an envelope (RFC 5322), a different one for each recipient;
5. `sending` hands the envelopes to the server over `transport`, and `ledger` remembers each;
6. `exporting` writes files for a mailing service instead.

The rule of the ledger, in sent/<yyyy-mm>/ledger.jsonl: before the full stop that ends a message goes to
the server, "handed" is on the disk; when the server has said yes, "sent" is. Everything before that full
stop is undone by a broken connection (RFC 5321, section 4.1.1.4) and is tried again. Between it and the
server's yes nobody can know: who was "handed" and not "sent" is in doubt, gets no second mail by itself,
and is told. `--again` sends to those, with the Message-ID that the first one had.

Setting          Default        Means
SUBSCRIBE_LIST   SITENAME       what the list is called, in List-Id and at the foot of the mail
UNSUBSCRIBE_URL  None           "https://…/leave?who={token}": one click leaves the list (RFC 8058). {token}
                                is a keyed hash of the address, {address} the address
REPLY_TO         None           the sender, unless SMTP_FROM says another; also where leaving may be asked for

From the environment, or from smtp.secret (lines such as SMTP_HOST=mail.example.org), which git leaves out:
SMTP_HOST, SMTP_PORT, SMTP_SECURITY (starttls, tls; none on this machine only), SMTP_USER, SMTP_PASSWORD,
SMTP_FROM, SMTP_PER_MINUTE (60).
"""
