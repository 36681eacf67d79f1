; The installer for one user: no administrator is asked for anything.
; makensis /DVERSION=… /DFOLDER=<frozen program> /DFILES=<list of what to remove> /DICON=… /DOUT=… nnviz.nsi

Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
RequestExecutionLevel user

!include "MUI2.nsh"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\nnviz"
!define CLASSES "Software\Classes"

Name "nnviz ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\nnviz"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
BrandingText " "

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\nnviz.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Section "nnviz"
  ; what an older version brought and this one does not is to go
  IfFileExists "$INSTDIR\uninstall.exe" 0 +2
    ExecWait '"$INSTDIR\uninstall.exe" /S _?=$INSTDIR'

  SetOutPath "$INSTDIR"
  File /r "${FOLDER}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\nnviz.lnk" "$INSTDIR\nnviz.exe"

  ; Windows looks at the last part of a name only, and .toml is not ours to take: "Open with" offers nnviz
  WriteRegStr HKCU "${CLASSES}\nnviz.experiment" "" "nnviz experiment"
  WriteRegStr HKCU "${CLASSES}\nnviz.experiment\DefaultIcon" "" "$INSTDIR\nnviz.exe,0"
  WriteRegStr HKCU "${CLASSES}\nnviz.experiment\shell\open\command" "" '"$INSTDIR\nnviz.exe" "%1"'
  WriteRegStr HKCU "${CLASSES}\.toml\OpenWithProgids" "nnviz.experiment" ""
  WriteRegStr HKCU "${CLASSES}\.nnviz" "" "nnviz.experiment"
  WriteRegStr HKCU "${CLASSES}\.nnlesson" "" "nnviz.experiment"

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "nnviz"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\nnviz.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "nnviz developers"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  SectionGetSize 0 $0
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
SectionEnd

Section "Uninstall"
  ; by name: the folder may hold what is not ours
  !include "${FILES}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\nnviz.lnk"
  DeleteRegKey HKCU "${CLASSES}\nnviz.experiment"
  DeleteRegKey HKCU "${CLASSES}\.nnviz"
  DeleteRegKey HKCU "${CLASSES}\.nnlesson"
  DeleteRegValue HKCU "${CLASSES}\.toml\OpenWithProgids" "nnviz.experiment"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.toml\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.toml"
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
