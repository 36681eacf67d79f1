"""Workbooks as spreadsheet programs write them, and one with three sheets."""

import io
import zipfile
from collections.abc import Sequence

_TYPES = """<?xml version="1.0"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = """<?xml version="1.0"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>"""
_RELATION = f'<Relationship Id="{{}}" Type="{_LINKS}/{{}}" Target="{{}}"/>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Rows = Sequence[Sequence[object]]
FLOWERS: Rows = [
    ["length", "width", "ripe", "species"],
    *[[k + 0.5, 40 - k, k % 2 == 0, ("setosa", "virginica")[k // 3 % 2]] for k in range(30)],
]


def workbook(sheets: dict[str, Rows]) -> bytes:
    """A workbook as spreadsheet programs write it."""
    content = io.BytesIO()
    names = list(sheets)
    links = [_RELATION.format(f"r{k}", "worksheet", f"worksheets/s{k}.xml") for k in range(len(names))]
    entries = "".join(f'<sheet name="{name}" sheetId="{k + 1}" r:id="r{k}"/>' for k, name in enumerate(names))
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr(
            "_rels/.rels", _RELATIONS.format(_RELATION.format("r1", "officeDocument", "xl/workbook.xml"))
        )
        archive.writestr("xl/_rels/workbook.xml.rels", _RELATIONS.format("".join(links)))
        book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{entries}</sheets></workbook>'
        archive.writestr("xl/workbook.xml", book)
        for k, rows in enumerate(sheets.values()):
            data = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
            archive.writestr(
                f"xl/worksheets/s{k}.xml", f'<worksheet xmlns="{_MAIN}"><sheetData>{data}</sheetData></worksheet>'
            )
    return content.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c><v>{value}</v></c>"


NUMBERS: Rows = [["a", "y"], *[[k, 2.5 * k] for k in range(20)]]
SHEETS: dict[str, Rows] = {"cover": [], "Flowers": FLOWERS, "numbers": NUMBERS}
