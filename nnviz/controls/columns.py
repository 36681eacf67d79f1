"""The columns of a table with its first rows: what each holds, and what it is used for, to be changed."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QActionGroup, QFont, QFontMetrics, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nnviz.data.columns import Column
from nnviz.data.table import Table

Index = QModelIndex | QPersistentModelIndex
_ROLES = (("input", "&Input"), ("target", "&Target: to be predicted"), ("left out", "&Left out"))
_TAKEN_AS_CATEGORIES = {"number", "row number", "names"}
"""Kinds of columns that can be categories instead."""
_GAP = 6
_WIDEST = 24
"""Width of a column at most, in the width of an m."""
_MEASURED = 60
"""Columns whose texts are measured; of a table that is wider, the others are as wide as their roles need."""
_NO_INDEX = QModelIndex()


class FirstRows(QAbstractTableModel):
    """The first rows of a table as they are in the file."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: Sequence[Column] = ()
        self._rows: Sequence[Sequence[str]] = ()

    def show_table(self, table: Table | None) -> None:
        """Hold other rows; none without a table."""
        self.beginResetModel()
        self.columns, self._rows = (table.columns, table.top) if table else ((), ())
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | Qt.AlignmentFlag | None:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows[index.row()][index.column()].strip()
        if role == Qt.ItemDataRole.TextAlignmentRole and self.columns[index.column()].least is not None:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        if orientation == Qt.Orientation.Vertical or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.name
        described = Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole
        return described_in_words(column) if role in described else None

    def longest(self, column: int) -> str:
        """The longest text in a column."""
        return max((row[column].strip() for row in self._rows), key=len, default="")


def kind_of(column: Column) -> str:
    """What a column holds, and how often it holds nothing."""
    return f"{column.kind}, {column.missing:,} missing" if column.missing else column.kind


def described_in_words(column: Column) -> str:
    """All that is known of a column, for its tool tip."""
    values = ", ".join(column.values) if column.values else ""
    if column.least is not None:
        values = f"{column.least:g} to {column.most:g}"
    return "\n".join(filter(None, (column.name, kind_of(column), values, column.role)))


class ColumnHeader(QHeaderView):
    """The header: of each column its name, its kind, and below them its role as in a combo box."""

    def __init__(self, rows: FirstRows) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._rows = rows
        self.setSectionsClickable(True)
        self.setAccessibleName("Columns")

    @property
    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        return font

    @property
    def _line(self) -> int:
        return QFontMetrics(self._bold).height()

    def sizeHint(self) -> QSize:
        return QSize(self.length(), 2 * self._line + self._box_size.height() + 3 * _GAP)

    def fit(self) -> None:
        """Make the first columns as wide as everything in them needs, within reason."""
        least, plain, bold = self._box_size.width() + 3 * _GAP, self.fontMetrics(), QFontMetrics(self._bold)
        most = _WIDEST * plain.horizontalAdvance("m")
        self.setDefaultSectionSize(least)
        for section, column in enumerate(self._rows.columns[:_MEASURED]):
            texts = [plain.horizontalAdvance(text) for text in (kind_of(column), self._rows.longest(section))]
            wanted = max(bold.horizontalAdvance(column.name), *texts) + 3 * _GAP
            self.resizeSection(section, min(max(least, wanted), most))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        if not 0 <= section < len(self._rows.columns):
            return
        column = self._rows.columns[section]
        painter.save()
        painter.fillRect(rect, self.palette().color(QPalette.ColorRole.Window))
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        inside = rect.adjusted(_GAP, _GAP // 2, -_GAP, 0)
        self._write(painter, inside, column.name, self._bold, QPalette.ColorRole.WindowText)
        inside.translate(0, self._line)
        self._write(painter, inside, kind_of(column), self.font(), QPalette.ColorRole.PlaceholderText)
        self._paint_box(painter, inside.translated(0, self._line + _GAP), column)
        painter.restore()

    def _write(self, painter: QPainter, rect: QRect, text: str, font: QFont, role: QPalette.ColorRole) -> None:
        painter.setFont(font)
        painter.setPen(self.palette().color(role))
        elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(
            QRect(rect.topLeft(), QSize(rect.width(), self._line)), Qt.AlignmentFlag.AlignLeft, elided
        )

    def _paint_box(self, painter: QPainter, rect: QRect, column: Column) -> None:
        box = QStyleOptionComboBox()
        box.initFrom(self)
        box.currentText = column.role
        box.rect = QRect(rect.topLeft(), QSize(rect.width(), self._box_size.height()))
        painter.setFont(self._bold if column.role == "target" else self.font())
        style = self.style()
        style.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, box, painter, self)
        style.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, box, painter, self)

    @property
    def _box_size(self) -> QSize:
        """What a combo box with the longest role needs."""
        box, metrics = QStyleOptionComboBox(), QFontMetrics(self._bold)
        box.initFrom(self)
        content = QSize(metrics.horizontalAdvance("left out") + _GAP, metrics.height())
        return self.style().sizeFromContents(QStyle.ContentsType.CT_ComboBox, box, content, self)


class _Cells(QStyledItemDelegate):
    """Paints columns that are left out as what cannot be used."""

    def __init__(self, rows: FirstRows, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = rows

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        if self._rows.columns[index.column()].role == "left out":
            option.state &= ~QStyle.StateFlag.State_Enabled
        elif self._rows.columns[index.column()].role == "target":
            option.font.setBold(True)


class ColumnsTable(QTableView):
    """The first rows of a table under a header whose columns have menus: by a click, Space or the menu key.

    Signals
    -------
    role_chosen : (str, str)
        A column, and what it is to be used for.
    categories_chosen : (str, bool)
        A column, and whether its numbers, or NA and the like in it, are categories.
    """

    role_chosen = Signal(str, str)
    categories_chosen = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self.rows = FirstRows()
        self.header = ColumnHeader(self.rows)
        self._categories: Sequence[str] = ()
        self.setModel(self.rows)
        self.setHorizontalHeader(self.header)
        self.setItemDelegate(_Cells(self.rows, self))
        self.setSelectionMode(self.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("First rows of the table")
        self.verticalHeader().hide()
        self.header.sectionClicked.connect(self.open_menu)

    def show_table(self, table: Table | None) -> None:
        """Show another table, or the same read in another way; the column in use stays so."""
        place = self.horizontalScrollBar().value()
        column = max(0, self.currentIndex().column())
        self._categories = table.found.categories if table else ()
        self.rows.show_table(table)
        self.header.fit()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + _GAP)
        self.setCurrentIndex(self.rows.index(0, min(column, max(0, self.rows.columnCount() - 1))))
        self.horizontalScrollBar().setValue(place)

    def open_menu(self, section: int) -> None:
        """Open the menu of a column below its header."""
        menu = self.menu_of(section)
        menu.aboutToHide.connect(menu.deleteLater)
        place = QPoint(self.header.sectionViewportPosition(section), self.header.height())
        menu.popup(self.header.mapToGlobal(place))

    def menu_of(self, section: int) -> QMenu:
        """What a column can be used for, and whether its numbers are categories."""
        column, menu = self.rows.columns[section], QMenu(self)
        group = QActionGroup(menu)
        for role, words in _ROLES:
            action = group.addAction(_checked(menu, words, is_checked=column.role == role))
            action.setEnabled(column.role != "target" or role == "target")  # another column becomes the target
            action.triggered.connect(lambda _, role=role: self.role_chosen.emit(column.name, role))
        is_category = column.name in self._categories
        if is_category or column.marks or column.kind in _TAKEN_AS_CATEGORIES:
            menu.addSeparator()
            too = f", {' and '.join(column.marks)} too" if column.marks else ""
            as_categories = _checked(menu, f"&As categories{too}".replace("&&", "&"), is_checked=is_category)
            as_categories.toggled.connect(lambda is_on: self.categories_chosen.emit(column.name, is_on))
        menu.setActiveAction(group.checkedAction())
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_alt_down = event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Menu} or is_alt_down:
            if self.rows.columns:
                self.open_menu(self.currentIndex().column())
        else:
            super().keyPressEvent(event)


def _checked(menu: QMenu, words: str, *, is_checked: bool) -> QAction:
    action = menu.addAction(words)
    action.setCheckable(True)
    action.setChecked(is_checked)
    return action
