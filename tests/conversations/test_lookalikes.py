"""Names that imitate the host's, and honest ones."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.conversations.lookalikes import LONG_ENOUGH, imitates, lookalike_faults, skeleton
from plugins.conversations.model import Thread

HOST_NAMES = ("activatelearning", "Activate Learning")
HOST_KEY = "16210535b46ef444f394778e1bb91c6c"
GUEST_KEY = "8c51ea72c769b26f3cd27cba05f6e40d"

IMITATIONS = [
    # as it is, spaced and punctuated
    "activatelearning",
    "Activate Learning",
    "ActivateLearning",
    "ACTIVATELEARNING",
    "activate-learning",
    "Activate.Learning",
    "activate_learning",
    "a c t i v a t e l e a r n i n g",
    "@activatelearning",
    "«Activate Learning»",
    "activatelearning ✓",
    "☕ activate learning ☕",
    # with what shows nothing
    "activate\u200blearning",
    "\ufeffactivatelearning",
    "activate\u00adlearning",
    "activate\u2060learning\u200d",
    "activatelearning\ufe0f",
    "activate\u3164learning",
    "activate\u115flearning",
    "activatelearning\U000e0061",
    "activate\u00a0learning",
    "\u202egninraeletavitca",
    # accents
    "activatelearnïng",
    "áctivatelearning",
    "a\u0336c\u0336t\u0336ivatelearning",
    "activateleạrning",
    # digits and signs
    "act1vatelearn1ng",
    "activate1earning",
    "activateIearning",
    "act!vatelearning",
    "@ctivatelearning",
    "activ4tele4rning",
    "activat3l3arning",
    "ac7iva7elearning",
    # letters that run together
    "activateleaming",
    "activatelea\u0433ning",
    # Cyrillic and Greek
    "аctivatelearning",
    "Аctіvаtе Lеаrnіng",
    "асtіvаtеlеаrпіпg",
    "αctivatelearning",
    "actινatelearning",
    "ΑCTΙVΑTE LEΑRΝING",
    "аctivаtelеаrning host",
    # other scripts, and Latin in other dress
    "𐊠ctivatelearning",
    "ꓮctivate ꓡearning",
    "Ꭺctivate Ꮮearning",
    "activatelearոing",
    "ɑctivatelearninɡ",
    "ᴀᴄᴛɪᴠᴀᴛᴇʟᴇᴀʀɴɪɴɢ",
    "actɨvatelearnɨng",
    "activatelearniŋg",
    "ａｃｔｉｖａｔｅｌｅａｒｎｉｎｇ",
    "𝐚𝐜𝐭𝐢𝐯𝐚𝐭𝐞𝐥𝐞𝐚𝐫𝐧𝐢𝐧𝐠",
    "𝓐𝓬𝓽𝓲𝓿𝓪𝓽𝓮 𝓛𝓮𝓪𝓻𝓷𝓲𝓷𝓰",
    "ⓐⓒⓣⓘⓥⓐⓣⓔⓛⓔⓐⓡⓝⓘⓝⓖ",
    "🅰🅲🆃🅸🆅🅰🆃🅴 learning",
    "ᵃᶜᵗⁱᵛᵃᵗᵉˡᵉᵃʳⁿⁱⁿᵍ",
    # more than the name, and slips of it
    "Activate Learning Team",
    "activatelearning2",
    "the real activatelearning",
    "actvatelearning",
    "activatelearninng",
    "activatelaerning",
]

HONEST = [
    "Ngaire Thompson",
    "Margit Szabó",
    "Yusuf Demir",
    "Активист",
    "Анна Лебедева",
    "Екатерина Андреевна",
    "Олексій Гончаренко",
    "Ђорђе Петровић",
    "Тетяна Іваненко",
    "Сергей",
    "Αλέξανδρος Παπαδόπουλος",
    "Ελένη Νικολάου",
    "Γιώργος",
    "Άννα-Μαρία Καλλέργη",
    "Nguyễn Thị Minh Khai",
    "Đặng Văn Lâm",
    "Trần Đức Lương",
    "Phạm Ngọc Thạch",
    "Lê Thị Hồng Gấm",
    "Tāne Māhuta",
    "Hēmi Ngāpō",
    "Mere Ārikirangi",
    "Whāngārei Kōrero",
    "Aroha Pōmare",
    "Rāwiri Waititi",
    "Łukasz Żółtowski",
    "Þórður Guðmundsson",
    "Ærø Sørensen",
    "İbrahim Çelik",
    "Işıl Yağcı",
    "Mårten Åkerström",
    "Zoë O’Brien",
    "Jean-François Lefèvre",
    "María José Núñez",
    "João Conceição",
    "Krzysztof Wiśniewski",
    "Đorđe",
    "Gwyn ap Llŷr",
    "Siôn Ŵyn",
    "Saoirse Ní Bhriain",
    "王小明",
    "山田 花子",
    "김민준",
    "محمد الأمين",
    "דוד לוי",
    "สมชาย ใจดี",
    "अनिता शर्मा",
    "தமிழ்செல்வி",
    "Գոռ Հակոբյան",
    "გიორგი",
    "ᏣᎳᎩ",
    "ꓡꓲ-ꓢꓴ",
    "Clive Learner",
    "Active Learner",
    "Learning Activist",
    "Activate",
    "Learning",
    "Lea Arning",
    "Al Earning",
    "Kiri, in Activate Lane",
    "☕",
    "3rd place regular",
    "J.",
    "n/a",
]


@pytest.mark.parametrize("name", IMITATIONS)
def test_a_name_that_imitates_the_hosts_is_told(name: str) -> None:
    assert imitates(name, HOST_NAMES)


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_name_is_let_be_in_any_script(name: str) -> None:
    assert imitates(name, HOST_NAMES) is None


def test_there_are_at_least_sixty_of_each() -> None:
    assert len(set(IMITATIONS)) >= 60
    assert len(set(HONEST)) >= 60


def test_honest_names_stay_apart_from_one_another() -> None:
    assert len({skeleton(name) for name in HONEST if skeleton(name)}) == len(HONEST) - 1


@given(
    st.lists(
        st.sampled_from([" ", ".", "-", "\u200b", "\u200d", "\u0301", "\u2060", "\ufe0f", "☕"])
    ),
    st.integers(0, 16),
)
def test_what_shows_nothing_or_is_no_letter_hides_no_imitation(extra: list[str], at: int) -> None:
    name = "activatelearning"
    assert imitates(name[:at] + "".join(extra) + name[at:], HOST_NAMES)


@given(st.text(max_size=100))
def test_a_name_has_the_skeleton_of_each_of_its_forms(name: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert skeleton(unicodedata.normalize(form, name)) == skeleton(name)


@given(st.text(st.characters(max_codepoint=127), max_size=100))
def test_the_short_way_of_plain_names_leads_to_the_same_skeleton(name: str) -> None:
    assert skeleton(name) == skeleton(f"{name}\u200b")


@given(st.text(max_size=100))
def test_any_text_is_judged_and_its_own_name_is_always_an_imitation(name: str) -> None:
    imitates(name, HOST_NAMES)
    expected = "is the host's name" if len(skeleton(name)) >= LONG_ENOUGH else None
    assert imitates(name, (name,)) == expected


def test_a_short_host_name_is_imitated_only_by_what_looks_the_same() -> None:
    assert imitates("Jo", ("Jо",))
    assert imitates("Аnnе", ("Anne",))
    assert imitates("Anne", ("Anne",)) is None
    assert imitates("anne", ("Anne",)) is None
    assert imitates("Joe", ("Jo",)) is None
    assert imitates("Banjo", ("Jo",)) is None


def test_the_reason_says_which_name_and_how() -> None:
    assert imitates("аctivate learning", HOST_NAMES) == 'reads as "activatelearning"'
    assert imitates("Activate Learning Team", HOST_NAMES) == (
        'contains the host\'s name "activatelearning"'
    )
    assert imitates("activateleanring", HOST_NAMES) == 'is one letter away from "activatelearning"'
    assert imitates("actvatelearning", HOST_NAMES) == 'is one letter away from "activatelearning"'


TEXT = """{
  "comments": [
    {"id": "a1", "parent": null, "date": "2026-05-25T08:15:00+10:00", "state": "approved",
     "author": {"name": "activatelearning", "url": null, "key": "HOST", "host": true}, "body": "One."},
    {"id": "a2", "parent": "a1", "date": "2026-05-25T08:16:00+10:00", "state": "approved",
     "author": {
       "name": "аctivatelearning", "url": null, "key": "GUEST", "host": false}, "body": "Two."},
    {"id": "a3", "parent": null, "date": "2026-05-25T08:17:00+10:00", "state": "deleted",
     "author": null, "body": ""}
  ],
  "entry": "posts/x", "state": "open", "version": 1
}""".replace("HOST", HOST_KEY).replace("GUEST", GUEST_KEY)


def test_a_fault_names_file_line_comment_field_and_what_was_found() -> None:
    thread = Thread.model_validate_json(TEXT)
    for host_key in (HOST_KEY, None):
        (fault,) = lookalike_faults(thread, HOST_NAMES, host_key, "comments/posts/x.json", TEXT)
        assert str(fault).startswith(
            'comments/posts/x.json:7: comment a2: author.name: "\\u0430ctivatelearning" '
            'reads as "activatelearning"'
        )
    (fault,) = lookalike_faults(thread, HOST_NAMES, HOST_KEY, "comments/posts/x.json")
    assert fault.line is None


def test_the_hosts_name_under_another_key_is_a_fault_though_it_claims_the_badge() -> None:
    thread = Thread.model_validate_json(TEXT)
    faults = lookalike_faults(thread, HOST_NAMES, "0" * 32, "comments/posts/x.json")
    assert [fault.message.split(":")[0] for fault in faults] == ["comment a1", "comment a2"]
